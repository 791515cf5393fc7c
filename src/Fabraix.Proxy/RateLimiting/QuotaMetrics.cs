using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>Tells how much of each quota is used, for the alert before it is spent.</summary>
internal static class QuotaMetrics
{
    public static void Observe(ProxyMetrics metrics, LimitPlan plan, ILimiter limiter, MemoryLimiter memory)
    {
        metrics.Gauge("fabraix.proxy.quota.used", "{request}", "Requests within a quota's window, as far as this replica knows.", () => plan.Shared.Select((window, i) => Of(window, limiter.UsedOf(i))));
        metrics.Gauge("fabraix.proxy.quota.limit", "{request}", "Requests that the window takes.", () => plan.Shared.Select(window => Of(window, window.Quota)));
        metrics.Gauge("fabraix.proxy.limiter.size", "By", "Bytes that users and addresses take in the limiter's memory.", () => [new Measurement<double>(memory.Bytes)]);
    }

    private static Measurement<double> Of(Window window, double value) => new(value, new KeyValuePair<string, object?>("fabraix.window", window.Name));
}
