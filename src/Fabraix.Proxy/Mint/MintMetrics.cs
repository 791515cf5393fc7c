using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>Counts what clients asked for. Labels are configured names, the endpoints' paths, and codes of RFC 6749.</summary>
internal sealed class MintMetrics
{
    /// <summary>Stands for whoever is no client, by name or by secret.</summary>
    public const string Unknown = "unknown";

    private readonly Counter<long> _requests;

    public MintMetrics(ProxyMetrics metrics, Revocations revocations)
    {
        _requests = metrics.Counter("fabraix.proxy.mint.requests", "{request}", "Requests of clients to the mint, by what they came to.");
        metrics.Gauge("fabraix.proxy.revocations", "{revocation}", "Revocations in memory.", () => [new Measurement<double>(revocations.Count)]);
    }

    public void Asked(string path, string? client, OAuthError? error) =>
        _requests.Add(1, new("fabraix.endpoint", path), new("fabraix.client", client ?? Unknown), new("fabraix.outcome", error?.Code ?? "ok"));
}
