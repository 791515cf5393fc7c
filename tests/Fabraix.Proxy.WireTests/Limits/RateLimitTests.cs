using System.Net;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>Limits of users and of addresses, and what an answer tells of them.</summary>
public sealed class RateLimitTests
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Refuses_a_user_over_the_limit_until_the_window_has_passed()
    {
        await using var proxy = await StartAsync("PerUser", 2);

        Assert.Matches("^\"user-minute\";r=1;t=[0-9]+$", (await AskAsync(proxy, "one")).Header("ratelimit"));
        Assert.Equal(200, (await AskAsync(proxy, "one")).Status);
        var refused = await AskAsync(proxy, "one");
        AnswerAssert.Error(refused, "user_rate_limited", ProxyUnderTest.Origin);
        Assert.Matches("^\"user-minute\";r=0;t=[0-9]+$", refused.Header("ratelimit"));
        Assert.InRange(refused.Error!.RetryAfter!.Value, 1, 120);
        Assert.Equal(2, proxy.Upstream.RequestCount);

        time.Advance(TimeSpan.FromSeconds(refused.Error.RetryAfter.Value + 60));
        Assert.Equal(200, (await AskAsync(proxy, "one")).Status);
    }

    [Fact]
    public async Task Is_true_to_its_word_about_when_to_come_back()
    {
        await using var proxy = await StartAsync("PerUser", 3);
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await AskAsync(proxy, "one")).Status);

        time.Advance(TimeSpan.FromSeconds((await AskAsync(proxy, "one")).Error!.RetryAfter!.Value));
        Assert.Equal(200, (await AskAsync(proxy, "one")).Status);
    }

    [Fact]
    public async Task Counts_each_user_alone()
    {
        await using var proxy = await StartAsync("PerUser", 1);

        Assert.Equal(200, (await AskAsync(proxy, "one")).Status);
        Assert.Equal(200, (await AskAsync(proxy, "two")).Status);
        Assert.Equal(200, (await AskAsync(proxy, "One")).Status);
        AnswerAssert.Error(await AskAsync(proxy, "one"), "user_rate_limited", ProxyUnderTest.Origin);
    }

    [Fact]
    public async Task Counts_a_user_over_all_tokens_routes_and_connections()
    {
        await using var proxy = await StartAsync("PerUser", 2);
        await proxy.AskAsync(proxy.Post("/v1/check"));
        await proxy.AskAsync(proxy.Post("/v1/event"));

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post("/v1/register-agent-run")), "user_rate_limited");
    }

    [Fact]
    public async Task Lets_what_a_user_may_not_do_cost_nothing()
    {
        await using var proxy = await StartAsync("PerUser", 1);
        for (var i = 0; i < 3; i++)
        {
            var answer = await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("scope", "other"))));
            AnswerAssert.Error(answer, "insufficient_permissions");
            Assert.Null(answer.Header("ratelimit"));
        }

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }

    [Fact]
    public async Task Tells_the_tightest_window_and_the_policy_of_both()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = "60";
            setup.Settings["Fabraix:RateLimits:PerUser:PerHour"] = "3";
        });
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal("\"user-minute\";q=60;w=60, \"user-hour\";q=3;w=3600", answer.Header("ratelimit-policy"));
        Assert.Matches("^\"user-hour\";r=2;t=[0-9]+$", answer.Header("ratelimit"));
    }

    [Fact]
    public async Task Refuses_an_address_over_the_limit_before_it_looks_at_the_token()
    {
        await using var proxy = await StartAsync("PerAddress", 2);
        for (var i = 0; i < 2; i++) AnswerAssert.Error(await proxy.AskAsync(proxy.Post().Without("Authorization")), "token_missing");

        var refused = await proxy.AskAsync(proxy.Post().Without("Authorization"));
        AnswerAssert.Error(refused, "address_rate_limited");
        Assert.Null(refused.Header("ratelimit"));
        Assert.Null(refused.Header("ratelimit-policy"));

        await using var other = await proxy.ConnectAsync(IPAddress.Parse("127.0.0.42"));
        Assert.Equal(200, (await other.AskAsync(proxy.Post().ToString())).Status);
    }

    [Fact]
    public async Task Never_tells_a_figure_of_the_address_or_the_key()
    {
        await using var proxy = await StartAsync("PerAddress", 100);
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.DoesNotContain("address", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("key", answer.Header("ratelimit-policy"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Never_lets_more_through_than_the_limit_when_all_come_at_once()
    {
        await using var proxy = await StartAsync("PerUser", 10);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => proxy.AskAsync(proxy.Post())));

        Assert.Equal(10, answers.Count(answer => answer.Status == 200));
        Assert.Equal(30, answers.Count(answer => answer.Status == 429));
        Assert.Equal(10, proxy.Upstream.RequestCount);
    }

    private Task<ProxyUnderTest> StartAsync(string whose, int perMinute) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Time = time;
        setup.Settings[$"Fabraix:RateLimits:{whose}:PerMinute"] = perMinute.ToString();
    });

    private static Task<RawResponse> AskAsync(ProxyUnderTest proxy, string user) =>
        proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", user))).With("Origin", ProxyUnderTest.Origin));
}
