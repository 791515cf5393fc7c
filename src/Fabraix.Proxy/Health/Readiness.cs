using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Health;

/// <summary>
/// Decides whether traffic should come here: not while stopping, not while no route has a usable key, not while no issuer
/// has signing keys. What is only degraded is named, and serves on.
/// </summary>
internal sealed class Readiness
{
    private readonly KeyRing _keys;
    private readonly IssuerRegistry _issuers;
    private readonly IHostApplicationLifetime _lifetime;

    public Readiness(KeyRing keys, IssuerRegistry issuers, IHostApplicationLifetime lifetime, ProxyMetrics metrics)
    {
        (_keys, _issuers, _lifetime) = (keys, issuers, lifetime);
        metrics.Gauge("fabraix.key.usable", "{key}", "1 where the key has a usable value.", "fabraix.key", () => keys.All.Select(slot => (slot.Options.Name, slot.Current is null ? 0L : 1L)));
        metrics.Gauge("fabraix.issuer.keys", "{key}", "Signing keys in use.", "fabraix.issuer", () => issuers.All.Select(issuer => (issuer.Options.Name, (long)issuer.Keys.Count)));
    }

    public bool IsReady => !_lifetime.ApplicationStopping.IsCancellationRequested
        && _keys.All.Any(slot => slot.Current is not null)
        && _issuers.All.Any(issuer => issuer.Keys.Count > 0);

    public ReadinessReport Report()
    {
        var degraded = new List<string>();
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
            degraded.Add("stopping");
        degraded.AddRange(_keys.All.Where(slot => slot.Problem is not null).Select(slot => $"key {slot.Options.Name}: {slot.Problem}"));
        degraded.AddRange(_issuers.All.Where(issuer => issuer.Keys.Failure is not null || issuer.Keys.Count == 0)
            .Select(issuer => $"issuer {issuer.Options.Name}: {issuer.Keys.Failure ?? "no signing keys yet"}"));
        return new ReadinessReport(!IsReady ? "not ready" : degraded.Count > 0 ? "degraded" : "ready", degraded);
    }
}
