using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Health;

/// <summary>
/// Decides whether traffic should come here: not before the public listener answers, not while stopping, not while no route has a usable key, not while no issuer
/// has signing keys. What is only degraded is named, and serves on.
/// </summary>
internal sealed class Readiness
{
    private readonly KeyRing _keys;
    private readonly IssuerRegistry _issuers;
    private readonly IReadOnlyList<HeldSecret> _secrets;
    private readonly CircuitBreaker _circuit;
    private readonly Drain _drain;
    private readonly RedisStore? _store;
    private readonly ReloadState _reloads;
    private readonly IReadOnlyList<ServedCertificate> _certificates;

    public Readiness(KeyRing keys, IssuerRegistry issuers, IEnumerable<HeldSecret> secrets, CircuitBreaker circuit, Drain drain, ReloadState reloads, ProxyMetrics metrics, RedisStore? store = null, ServedCertificates? certificates = null)
    {
        (_keys, _issuers, _secrets, _circuit, _drain, _reloads, _store, _certificates) = (keys, issuers, [.. secrets], circuit, drain, reloads, store, certificates?.All ?? []);
        IssuerMetrics.Observe(metrics, issuers);
    }

    public bool IsReady => _drain.HasStarted
        && !_drain.HasBegun
        && _keys.All.Any(slot => slot.IsUsable)
        && _issuers.All.Any(issuer => issuer.Keys.Count > 0);

    public ReadinessReport Report()
    {
        var degraded = new List<string>();
        if (!_drain.HasStarted)
            degraded.Add("starting");
        if (_drain.HasBegun)
            degraded.Add("stopping");
        if (_reloads.Problem is { } refused)
            degraded.Add($"configuration: {refused}");
        degraded.AddRange(_certificates.Where(certificate => certificate.Problem is not null).Select(certificate => $"certificate {certificate.Name}: {certificate.Problem}"));
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
