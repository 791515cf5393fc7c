using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>What a changed configuration brings while the process runs, and what it must not take away.</summary>
public sealed class ReloadTests
{
    private const string PerMinute = "Fabraix:RateLimits:PerUser:PerMinute";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brings_a_route_and_takes_one_away()
    {
        await using var proxy = await StartAsync();

        await proxy.AcceptAsync(settings =>
        {
            foreach (var key in settings.Keys.Where(key => key.StartsWith("Fabraix:Routes:event:", StringComparison.Ordinal)).ToList())
            {
                settings[key.Replace(":event:", ":events:", StringComparison.Ordinal)] = settings[key];
                settings[key] = null;
            }
            settings["Fabraix:Routes:events:Path"] = "/v1/events";
        });

        Assert.Equal(404, (await proxy.AskAsync(proxy.Post("/v1/event"))).Status);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post("/v1/events"))).Status);
        Assert.Equal("/v1/events", proxy.Upstream.Requests.Single().Target);
    }

    [Fact]
    public async Task Brings_a_larger_body_than_any_route_took_at_the_start()
    {
        await using var proxy = await StartAsync();
        var body = $"\"{new string('a', 4 * 1024 * 1024)}\"";
        Assert.Equal(413, (await proxy.AskAsync(proxy.Post(body: body))).Status);

        await proxy.AcceptAsync(settings => settings["Fabraix:Routes:check:Body:MaxBytes"] = "8388608");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(body: body))).Status);
    }

    [Fact]
    public async Task Brings_an_origin_and_takes_one_away()
    {
        await using var proxy = await StartAsync();

        await proxy.AcceptAsync(settings => settings["Fabraix:Browser:Origins:0"] = "https://other.example");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post().With("Origin", "https://other.example"))).Status);
        Assert.Equal(403, (await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin))).Status);
    }

    [Fact]
    public async Task Brings_an_issuer_and_takes_one_away_with_every_token_that_was_verified()
    {
        await using var other = new TestIssuer(name: "https://other.example/");
        await using var proxy = await StartAsync();
        var token = proxy.Issuer.Mint();
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);

        await proxy.AcceptAsync(settings =>
        {
            settings["Fabraix:Tokens:Issuers:main:Issuer"] = other.Name;
            settings["Fabraix:Tokens:Issuers:main:Jwks"] = "file:" + other.JwksFile;
        });

        Assert.Equal(401, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: other.Mint()))).Status);
    }

    [Fact]
    public async Task Brings_trusted_proxies_and_addresses_limits()
    {
        await using var proxy = await StartAsync(setup => setup.Settings["Fabraix:Edge:TrustedProxies:0"] = "127.0.0.0/8");

        await proxy.AcceptAsync(settings => settings["Fabraix:RateLimits:PerAddress:PerMinute"] = "1");

        Assert.Equal(200, (await FromAsync("203.0.113.1")).Status);
        Assert.Equal(429, (await FromAsync("203.0.113.1")).Status);
        Assert.Equal(200, (await FromAsync("203.0.113.2")).Status);

        Task<RawResponse> FromAsync(string address) => proxy.AskAsync(proxy.Post().With("X-Forwarded-For", address));
    }

    [Fact]
    public async Task Lets_a_request_that_is_under_way_end_as_it_began()
    {
        await using var proxy = await StartAsync();
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Upstream.Answer = async exchange =>
        {
            asked.SetResult();
            await Task.WhenAny(release.Task, exchange.Gone);
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        var asking = proxy.AskAsync(proxy.Post("/v1/event").With("Origin", ProxyUnderTest.Origin));
        await asked.Task.InTimeAsync("the request at the upstream");

        await proxy.AcceptAsync(settings =>
        {
            settings["Fabraix:Routes:event:Enabled"] = "false";
            settings["Fabraix:Browser:Origins:0"] = "https://other.example";
        });
        release.SetResult();

        var answer = await asking;
        Assert.Equal((200, ProxyUnderTest.Origin), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal(404, (await proxy.AskAsync(proxy.Post("/v1/event"))).Status);
    }

    [Fact]
    public async Task Counts_on_for_a_user_whose_limit_has_changed()
    {
        await using var proxy = await StartAsync(setup => setup.Settings[PerMinute] = "3");
        await AskAsync(proxy, 3);
        Assert.Equal(429, (await proxy.AskAsync(proxy.Post())).Status);

        await proxy.AcceptAsync(settings => settings[PerMinute] = "5");

        await AskAsync(proxy, 2);
        Assert.Equal(429, (await proxy.AskAsync(proxy.Post())).Status);
    }

    [Fact]
    public async Task Counts_on_for_a_key_whose_quota_has_changed_and_whose_routes_have()
    {
        await using var proxy = await StartAsync();
        await AskAsync(proxy, 3);
        var used = Used(proxy);
        Assert.Contains("default-hour 3", used);

        await proxy.AcceptAsync(settings =>
        {
            settings["Fabraix:Keys:default:Quota:PerHour"] = "100";
            settings["Fabraix:Routes:event:RateLimit:PerHour"] = "1000";
            settings["Fabraix:Routes:register-agent-run:Enabled"] = "false";
        });

        Assert.Equal(used, Used(proxy));
        Assert.Equal(100, proxy.Services.GetRequiredService<LimitPlan>().QuotaOf("default").PerHour);
    }

    [Fact]
    public async Task Remembers_what_was_revoked()
    {
        await using var proxy = await StartAsync();
        var token = proxy.Issuer.Mint(draft => draft.Claim("sub", "leaver"));
        proxy.Services.GetRequiredService<Revocations>().RevokeSubject("main", "leaver");
        Assert.Equal(401, (await proxy.AskAsync(proxy.Post(token: token))).Status);

        await proxy.AcceptAsync(settings => settings["Fabraix:Browser:Origins:1"] = "https://other.example");

        Assert.Equal(401, (await proxy.AskAsync(proxy.Post(token: token))).Status);
    }

    [Fact]
    public async Task Keeps_a_key_whose_settings_change_while_its_store_is_away()
    {
        await using var proxy = await StartAsync();
        File.Delete(proxy.KeyFile);

        await proxy.AcceptAsync(settings => settings["Fabraix:Keys:default:FallbackFor"] = "1m");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Equal(proxy.ApiKey, proxy.Upstream.Requests.Single().Header("x-api-key"));
    }

    [Fact]
    public async Task Keeps_an_issuers_keys_whose_source_is_away()
    {
        await using var proxy = await StartAsync();
        File.Delete(proxy.Issuer.JwksFile);

        await proxy.AcceptAsync(settings => settings["Fabraix:Tokens:Issuers:main:Audiences:1"] = "another");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }

    [Fact]
    public async Task Proves_the_value_of_another_reference_before_the_old_one_goes()
    {
        await using var proxy = await StartAsync();
        var next = Made.ApiKey();
        await File.WriteAllTextAsync(proxy.KeyFile + "-next", next, Stop);

        await proxy.AcceptAsync(settings => settings["Fabraix:Keys:default:Secret"] = $"file:{proxy.KeyFile}-next");
        await AskAsync(proxy, 3);

        Assert.Equal(next, proxy.Upstream.Requests[^1].Header("x-api-key"));
        Assert.Contains(Changes.Told(proxy, EventIds.KeyCandidate), line => line.Contains("default", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waits_with_a_change_whose_key_cannot_be_read_and_takes_it_in_once_it_can()
    {
        await using var proxy = await StartAsync();
        var reloader = proxy.Services.GetRequiredService<Reloader>();
        var missing = proxy.KeyFile + "-next";

        await proxy.ChangeAsync(settings => (settings["Fabraix:Keys:default:Secret"], settings["Fabraix:Browser:Origins:0"]) = ("file:" + missing, "https://other.example"));
        Assert.Contains("key default: the file does not exist", (await proxy.RefusalsAsync())[0], StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin))).Status);

        await File.WriteAllTextAsync(missing, Made.ApiKey(), Stop);
        await reloader.LookAsync(Stop);

        Assert.Equal(403, (await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin))).Status);
        Assert.DoesNotContain("configuration", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
    }

    private static Task<ProxyUnderTest> StartAsync(Action<ProxySetup>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Reloads = true;
        change?.Invoke(setup);
    });

    /// <summary>What is counted in the windows of keys and routes that anything is counted in.</summary>
    private static List<string> Used(ProxyUnderTest proxy)
    {
        var limiter = proxy.Services.GetRequiredService<MemoryLimiter>();
        return [.. proxy.Services.GetRequiredService<LimitPlan>().Shared.Select((window, i) => $"{window.Name} {limiter.UsedOf(i)}").Where(line => !line.EndsWith(" 0", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static async Task AskAsync(ProxyUnderTest proxy, int times)
    {
        for (var i = 0; i < times; i++) Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }
}
