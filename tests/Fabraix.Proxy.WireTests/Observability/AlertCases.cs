using System.Net;
using System.Net.Sockets;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>What makes each alert fire: a real proxy is brought into the condition, and scraped again and again. A scrape stands for a minute.</summary>
internal static class AlertCases
{
    private static readonly (string, string)[] None = [];

    public static IReadOnlyDictionary<string, Func<Task<AlertCase>>[]> Of { get; } = new Dictionary<string, Func<Task<AlertCase>>[]>
    {
        ["FabraixProxyKeyLeaked"] = [() => LeakedAsync(inAnswer: false), () => LeakedAsync(inAnswer: true)],
        ["FabraixProxyKeyRefused"] = [() => AnsweredAsync(401)],
        ["FabraixProxyKeyCandidateFailing"] = [CandidateAsync],
        ["FabraixProxySecretStoreStale"] = [StoreStaleAsync],
        ["FabraixProxySigningKeysStale"] = [SigningKeysStaleAsync],
        ["FabraixProxyQuotaNearlySpent"] = [QuotaAsync],
        ["FabraixProxyUpstreamFailing"] = [() => AnsweredAsync(500), UnreachableAsync],
        ["FabraixProxyLimiterDegraded"] = [RedisAwayAsync],
        ["FabraixProxyCertificateExpiring"] = [CertificateAsync],
        ["FabraixProxyConfigurationRefused"] = [RefusedAsync],
    };

    /// <summary>Lawful requests, and such as are refused for their own fault.</summary>
    public static async Task<AlertCase> HealthyAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = await ProxyUnderTest.StartAsync(setup => (setup.Settings["Fabraix:RateLimits:Store"], setup.Tls) = (redis.Store, true));
        await Bounds.UntilAsync(async () => (await Scrape.OfAsync(proxy)).Series.Any(one => one.Key.StartsWith("fabraix_proxy_store_up", StringComparison.Ordinal) && one.Value == "1"), "Redis");
        return new AlertCase(await ScrapesAsync(proxy, 8, async () =>
        {
            for (var i = 0; i < 5; i++) await proxy.AskAsync(proxy.Post());
            await proxy.AskAsync(proxy.Post("/v1/none"));
            await proxy.AskAsync(proxy.Post().Without("Authorization"));
        }), None);
    }

    private static async Task<AlertCase> LeakedAsync(bool inAnswer)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var minute = 0;
        return new AlertCase(await ScrapesAsync(proxy, 5, async () =>
        {
            if (++minute != 3)
            {
                await proxy.AskAsync(proxy.Post());
                return;
            }

            if (inAnswer) proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]"));
            await proxy.AskAsync(inAnswer ? proxy.Post() : proxy.Post().With("X-Y", proxy.ApiKey));
            proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        }), None);
    }

    private static async Task<AlertCase> AnsweredAsync(int status)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, "{}"));
        return new AlertCase(await ScrapesAsync(proxy, 6, () => proxy.AskAsync(proxy.Post())), None);
    }

    private static async Task<AlertCase> CandidateAsync()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await proxy.AskAsync(proxy.Post());
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == proxy.ApiKey ? 200 : 401, "{}"));
        await File.WriteAllTextAsync(proxy.KeyFile + ".new", Made.ApiKey());
        File.Move(proxy.KeyFile + ".new", proxy.KeyFile, overwrite: true);
        await Bounds.UntilAsync(async () =>
        {
            await proxy.AskAsync(proxy.Post());
            return (await Scrape.OfAsync(proxy)).Series.Keys.Any(series => series.Contains("fabraix_state=\"dropped\"", StringComparison.Ordinal));
        }, "the candidate's end");
        return new AlertCase(await ScrapesAsync(proxy, 5, () => proxy.AskAsync(proxy.Post())), [("fabraix_key", "default")]);
    }

    private static async Task<AlertCase> StoreStaleAsync()
    {
        var time = new TestClock();
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Time = time);
        File.Delete(proxy.KeyFile);
        return new AlertCase(await ScrapesAsync(proxy, 13, () => PassAsync(time)), [("fabraix_key", "default")]);
    }

    private static async Task<AlertCase> SigningKeysStaleAsync()
    {
        var time = new TestClock();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Issuer.Serve();
            setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = setup.Issuer.JwksUrl;
            setup.Settings["Fabraix:Keys:default:RefreshInterval"] = "24h";
        });
        proxy.Issuer.Server!.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };
        return new AlertCase(await ScrapesAsync(proxy, 25, () => PassAsync(time)), [("fabraix_issuer", "main")]);
    }

    private static async Task<AlertCase> QuotaAsync()
    {
        var time = new TestClock();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Settings["Fabraix:Keys:default:Quota:PerHour"] = "20";
        });

        // Of several users: one alone gets no such part of it.
        for (var i = 0; i < 19; i++) await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", $"user-{i}"))));
        return new AlertCase(await ScrapesAsync(proxy, 4, () => Task.CompletedTask), [("fabraix_window", "default-hour")]);
    }

    private static async Task<AlertCase> UnreachableAsync()
    {
        // Bound and not listening: whoever comes is refused, and nobody else is given the port.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Address"] = $"http://{held.LocalEndPoint}");
        return new AlertCase(await ScrapesAsync(proxy, 6, async () =>
        {
            for (var i = 0; i < 6; i++) await proxy.AskAsync(proxy.Post());
        }), None);
    }

    private static async Task<AlertCase> RedisAwayAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:RateLimits:Store"] = redis.Store);
        await redis.KillAsync();
        await Bounds.UntilAsync(async () => (await Scrape.OfAsync(proxy)).Series.Any(one => one.Key.StartsWith("fabraix_proxy_store_up", StringComparison.Ordinal) && one.Value == "0"), "Redis to be missed");
        return new AlertCase(await ScrapesAsync(proxy, 4, () => proxy.AskAsync(proxy.Post())), None);
    }

    /// <summary>In promtool's tests the time begins with 1970.</summary>
    private static async Task<AlertCase> CertificateAsync()
    {
        await using var served = await Certificates.Served.StartAsync(first: authority => authority.Issue(from: DateTimeOffset.UnixEpoch.AddDays(-30), to: DateTimeOffset.UnixEpoch.AddDays(6)));
        return new AlertCase(await ScrapesAsync(served.Proxy, 4, () => served.Proxy.AskAsync(served.Proxy.Post())), [("fabraix_certificate", "Public")]);
    }

    private static async Task<AlertCase> RefusedAsync()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Reloads = true);
        await proxy.ChangeAsync(settings => settings["Fabraix:Routes:check:Scope"] = "");
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1006), "the refusal");
        return new AlertCase(await ScrapesAsync(proxy, 4, () => proxy.AskAsync(proxy.Post())), None);
    }

    private static Task PassAsync(TestClock time)
    {
        time.Advance(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    private static async Task<IReadOnlyList<Scrape>> ScrapesAsync(ProxyUnderTest proxy, int minutes, Func<Task> each)
    {
        List<Scrape> scrapes = [];
        for (var i = 0; i < minutes; i++)
        {
            await each();
            scrapes.Add(await Scrape.OfAsync(proxy));
        }

        return scrapes;
    }
}

/// <param name="Scrapes">A minute apart.</param>
/// <param name="Labels">What the alert's labels say besides the job.</param>
internal sealed record AlertCase(IReadOnlyList<Scrape> Scrapes, (string Name, string Value)[] Labels);
