using Fabraix.Proxy.Browser;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Status;

/// <summary>The options that the page tells of; it names each value that it takes, so that a new option is not shown by itself.</summary>
internal sealed class Configured(EdgeOptions edge, BrowserOptions browser, TokenOptions tokens, RateLimitOptions limits, UpstreamOptions upstream, StopOptions stop, ManagementOptions management)
{
    public string Upstream => upstream.Address.GetLeftPart(UriPartial.Authority);

    public int MostInFlight => limits.InFlight.Total;

    public SettingsStatus Settings() => new()
    {
        Origins = [.. browser.Origins.Order(StringComparer.Ordinal)],
        RequireOrigin = browser.RequireOrigin,
        AllowedHosts = edge.AllowedHosts,
        TrustedProxies = [.. edge.TrustedProxies.Select(network => network.ToString())],
        PerUser = WindowStatus.All(limits.PerUser),
        PerAddress = WindowStatus.All(limits.PerAddress),
        InFlightPerUser = limits.InFlight.PerUser,
        TokenLifetimeSeconds = tokens.MaxLifetime.TotalSeconds,
        ClockSkewSeconds = tokens.ClockSkew.TotalSeconds,
        ConnectSeconds = upstream.ConnectTimeout.TotalSeconds,
        AnswerSeconds = upstream.Timeout.TotalSeconds,
        DrainDelaySeconds = stop.DrainDelay.TotalSeconds,
        GraceSeconds = stop.Grace.TotalSeconds,
        ManagementHosts = management.AllowedHosts,
    };
}
