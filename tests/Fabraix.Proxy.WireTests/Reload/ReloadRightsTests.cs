using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>A change gives nobody more than it says, and hides no key.</summary>
public sealed class ReloadRightsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brings_the_default_limit_where_none_was_set_on_purpose()
    {
        await using var proxy = await StartAsync(setup =>
        {
            setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = setup.Settings["Fabraix:RateLimits:PerUser:PerHour"] = null;
            setup.Settings["Fabraix:RateLimits:PerUser"] = "";
        });
        Assert.Empty(proxy.Services.GetRequiredService<LimitPlan>().User);

        await proxy.AcceptAsync(settings => settings.Remove("Fabraix:RateLimits:PerUser"));

        Assert.Equal(2, proxy.Services.GetRequiredService<LimitPlan>().User.Length);
    }

    [Fact]
    public async Task Lets_no_user_have_more_though_it_changes_again_and_again()
    {
        const int Limit = 20;
        await using var proxy = await StartAsync(setup => setup.Settings["Fabraix:RateLimits:PerUser:PerHour"] = Limit.ToString());
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var token = proxy.Issuer.Mint();
        var posting = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested) await proxy.AskAsync(proxy.Post(token: token));
        })).ToArray();

        for (var i = 0; i < 10; i++) await proxy.AcceptAsync(settings => settings["Fabraix:Browser:Origins:1"] = $"https://app-{i}.example");
        await end.CancelAsync();
        await Task.WhenAll(posting).InTimeAsync("the last answers");

        Assert.InRange(proxy.Upstream.RequestCount, 1, Limit);
    }

    [Fact]
    public async Task Guards_the_key_that_came_with_it_in_the_answer_to_a_request_that_began_before()
    {
        await using var proxy = await StartAsync();
        var next = Made.ApiKey();
        await File.WriteAllTextAsync(proxy.KeyFile + "-next", next, Stop);
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Upstream.Answer = async exchange =>
        {
            if (asked.TrySetResult()) await Task.WhenAny(release.Task, exchange.Gone);
            await exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{next}\"]"));
        };
        var asking = proxy.AskAsync(proxy.Post());
        await asked.Task.InTimeAsync("the request at the upstream");

        await proxy.AcceptAsync(settings => settings["Fabraix:Keys:default:Secret"] = $"file:{proxy.KeyFile}-next");
        release.SetResult();

        AnswerAssert.Error(await asking, "upstream_response_blocked");
    }

    [Fact]
    public async Task Guards_the_key_that_went_with_it_for_as_long_as_a_replaced_one_is_kept()
    {
        await using var proxy = await StartAsync();
        await File.WriteAllTextAsync(proxy.KeyFile + "-next", Made.ApiKey(), Stop);
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]"));

        await proxy.AcceptAsync(settings =>
        {
            foreach (var path in settings.Keys.Where(path => path.StartsWith("Fabraix:Keys:default:", StringComparison.Ordinal)).ToList())
                (settings[path.Replace(":default:", ":main:", StringComparison.Ordinal)], settings[path]) = (settings[path], null);
            foreach (var path in settings.Keys.Where(path => path.StartsWith("Fabraix:Routes:", StringComparison.Ordinal) && path.EndsWith(":Key", StringComparison.Ordinal)).ToList())
                settings[path] = "main";
            settings["Fabraix:Keys:main:Secret"] = $"file:{proxy.KeyFile}-next";
        });

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_response_blocked");
    }

    /// <summary>A name in other letters is another spelling, and not another issuer.</summary>
    [Fact]
    public async Task Keeps_out_who_was_revoked_though_the_case_of_a_name_changes()
    {
        using var mint = new TestMint();
        var second = new TestIssuer(name: "https://second.example/");
        await using var proxy = await StartAsync(setup =>
        {
            mint.Into(setup);
            Name(setup.Settings, "other", second);
        });
        var token = second.Mint(draft => draft.Claim("sub", "user-9"));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        await mint.SendAsync(proxy, "/revoke", "subject=user-9&issuer=other", request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_invalid");

        await proxy.AcceptAsync(settings =>
        {
            foreach (var path in settings.Keys.Where(path => path.StartsWith("Fabraix:Tokens:Issuers:other:", StringComparison.Ordinal)).ToList())
                settings.Remove(path);
            Name(settings, "Other", second);
        });

        Assert.Contains("Fabraix:Tokens:Issuers:Other:Issuer", Assert.Single(Changes.Told(proxy, EventIds.ConfigurationAccepted)), StringComparison.Ordinal);
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_invalid");

        static void Name(Dictionary<string, string?> settings, string name, TestIssuer issuer)
        {
            var at = $"Fabraix:Tokens:Issuers:{name}:";
            (settings[at + "Issuer"], settings[at + "Audiences:0"], settings[at + "Jwks"]) = (issuer.Name, issuer.Audience, "file:" + issuer.JwksFile);
        }
    }

    [Fact]
    public async Task Asks_no_issuer_again_that_it_is_not_about()
    {
        await using var proxy = await StartAsync(setup => setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = setup.Issuer.Serve().JwksUrl);
        var before = proxy.Issuer.Server!.RequestCount;

        for (var i = 0; i < 5; i++) await proxy.AcceptAsync(settings => settings["Fabraix:Browser:Origins:1"] = $"https://app-{i}.example");

        Assert.Equal(before, proxy.Issuer.Server.RequestCount);
    }

    private static Task<ProxyUnderTest> StartAsync(Action<ProxySetup>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Reloads = true;
        change?.Invoke(setup);
    });
}
