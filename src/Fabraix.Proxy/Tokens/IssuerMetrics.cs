using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tokens;

/// <summary>What the metrics say of issuers' signing keys, by configured name.</summary>
internal static class IssuerMetrics
{
    public static void Observe(ProxyMetrics metrics, IssuerRegistry issuers)
    {
        metrics.Gauge("fabraix.proxy.issuer.keys", "{key}", "Signing keys in use.", () =>
            issuers.All.Select(issuer => new Measurement<double>(issuer.Keys.Count, Name(issuer))));
        metrics.Gauge("fabraix.proxy.issuer.keys.age", "s", "Time since the source last gave good keys.", () =>
            issuers.All.Where(issuer => issuer.Keys.Age is not null).Select(issuer => new Measurement<double>(issuer.Keys.Age!.Value.TotalSeconds, Name(issuer))));
        metrics.Tally("fabraix.proxy.issuer.fetches", "{fetch}", "Fetches of the signing keys, by what they came to.", () =>
            issuers.All.SelectMany(issuer => issuer.Keys.Outcomes.Select(outcome => new Measurement<long>(outcome.Value, Name(issuer), new("fabraix.outcome", outcome.Key)))));
    }

    private static KeyValuePair<string, object?> Name(Issuer issuer) => new("fabraix.issuer", issuer.Options.Name);
}
