using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Redis;

/// <summary>What the metrics say of the shared Redis.</summary>
internal sealed class RedisMetrics(ProxyMetrics metrics)
{
    private readonly Counter<long> _requests = metrics.Counter("fabraix.proxy.store.requests", "{request}", "Questions to the shared Redis, by what they came to.");

    public void Count(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("fabraix.outcome", outcome));

    /// <summary>Adds what is observed of it whenever somebody asks.</summary>
    public void Observe(RedisStore store)
    {
        metrics.Gauge("fabraix.proxy.store.up", "{store}", "1 where the shared Redis is asked, 0 while each replica decides by itself.", () => [new Measurement<double>(store.IsUp ? 1 : 0)]);
        metrics.Gauge("fabraix.proxy.store.replicas", "{replica}", "Replicas last seen alive in the shared Redis.", () => [new Measurement<double>(store.Replicas)]);
    }
}
