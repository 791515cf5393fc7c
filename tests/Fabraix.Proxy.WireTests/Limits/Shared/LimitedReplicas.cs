using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Microsoft.Extensions.Logging;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>Some replicas of one proxy: one issuer, one upstream that holds to the key's quota itself, and one Redis.</summary>
internal sealed class LimitedReplicas : IAsyncDisposable
{
    private readonly List<ProxyUnderTest> proxies = [];

    private LimitedReplicas(TestIssuer issuer, QuotaUpstream upstream) => (Issuer, Upstream) = (issuer, upstream);

    public IReadOnlyList<ProxyUnderTest> All => proxies;

    public TestIssuer Issuer { get; }

    public QuotaUpstream Upstream { get; }

    public static async Task<LimitedReplicas> StartAsync(int count, string store, int windowsShorter, int keyPerMinute, Action<ProxySetup>? change = null)
    {
        var replicas = new LimitedReplicas(new TestIssuer(TimeProvider.System), new QuotaUpstream(keyPerMinute, TimeSpan.FromMinutes(1) / windowsShorter));
        for (var i = 0; i < count; i++)
        {
            replicas.proxies.Add(await ProxyUnderTest.StartAsync(setup =>
            {
                setup.Issuer = replicas.Issuer;
                setup.Upstream = replicas.Upstream.Server;
                setup.WindowsShorter = windowsShorter;
                setup.LogLevel = LogLevel.Warning;
                setup.Settings["Fabraix:RateLimits:Store"] = store;
                setup.Settings["Fabraix:Keys:default:Quota:PerMinute"] = keyPerMinute.ToString();
                change?.Invoke(setup);
            }));
        }

        // Each knows of the others after a heartbeat.
        if (store != "memory") await Bounds.UntilAsync(async () => (await Task.WhenAll(replicas.All.Select(StoreAsync))).All(state => state == (true, count)), "all replicas to see each other");
        return replicas;
    }

    /// <summary>Whether a replica asks Redis, and how many it has seen there.</summary>
    public static async Task<(bool Up, int Replicas)> StoreAsync(ProxyUnderTest proxy)
    {
        var metrics = (await proxy.ManageAsync("/metrics")).Text.Split('\n');
        return (Value("fabraix_proxy_store_up") == 1, Value("fabraix_proxy_store_replicas"));

        int Value(string name) => (int)double.Parse(metrics.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in proxies) await proxy.DisposeAsync();
        await Upstream.Server.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
