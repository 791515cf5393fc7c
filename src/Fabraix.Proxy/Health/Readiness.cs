using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Secrets;
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
    private readonly IReadOnlyList<HeldSecret> _secrets;
    private readonly CircuitBreaker _circuit;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly RedisStore? _store;

    public Readiness(KeyRing keys, IssuerRegistry issuers, IEnumerable<HeldSecret> secrets, CircuitBreaker circuit, IHostApplicationLifetime lifetime, ProxyMetrics metrics, RedisStore? store = null)
    {
        (_keys, _issuers, _secrets, _circuit, _lifetime, _store) = (keys, issuers, [.. secrets], circuit, lifetime, store);
        IssuerMetrics.Observe(metrics, issuers);
    }

    public bool IsReady => !_lifetime.ApplicationStopping.IsCancellationRequested
        && _keys.All.Any(slot => slot.IsUsable)
        && _issuers.All.Any(issuer => issuer.Keys.Count > 0);

    public ReadinessReport Report()
    {
        var degraded = new List<string>();
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
            degraded.Add("stopping");
        degraded.AddRange(_keys.All.Where(slot => slot.Problem is not null).Select(slot => $"key {slot.Options.Name}: {slot.Problem}"));
        degraded.AddRange(_issuers.All.Where(issuer => issuer.Keys.Problem is not null).Select(issuer => $"issuer {issuer.Options.Name}: {issuer.Keys.Problem}"));
        degraded.AddRange(_secrets.Where(secret => secret.Problem is not null).Select(secret => $"secret {secret.Name}: {secret.Problem}"));
        if (_store?.Problem is { } away)
            degraded.Add($"store: {away}");
        if (_circuit.Problem is { } problem)
            degraded.Add($"upstream: {problem}");
        return new ReadinessReport(!IsReady ? "not ready" : degraded.Count > 0 ? "degraded" : "ready", degraded);
    }
}
