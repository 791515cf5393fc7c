using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;

namespace Fabraix.Proxy.Status;

/// <summary>One listed operation.</summary>
internal sealed record RouteStatus(string Name, string Method, string Path, IReadOnlyList<string> Scopes, string Key, int MaxBytes, int Reserve, int? PerMinute, int? PerHour)
{
    public static RouteStatus Of(RouteRule rule) => new(rule.Name, rule.Method, rule.Path.Value, rule.Scopes, rule.Key, rule.MaxBytes, rule.Reserve, rule.PerMinute, rule.PerHour);
}

/// <summary>The rest of what is configured, as far as an operator asks for it at night.</summary>
internal sealed record SettingsStatus
{
    /// <summary>Whose pages may call.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    public required bool RequireOrigin { get; init; }

    /// <summary>Host names of the public listener; empty for any.</summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    public required IReadOnlyList<string> TrustedProxies { get; init; }

    public required IReadOnlyList<WindowStatus> PerUser { get; init; }

    public required IReadOnlyList<WindowStatus> PerAddress { get; init; }

    public required int InFlightPerUser { get; init; }

    public required double TokenLifetimeSeconds { get; init; }

    public required double ClockSkewSeconds { get; init; }

    public required double ConnectSeconds { get; init; }

    public required double AnswerSeconds { get; init; }

    public required double DrainDelaySeconds { get; init; }

    public required double GraceSeconds { get; init; }

    /// <summary>Host names of the management listener; empty for its default.</summary>
    public required IReadOnlyList<string> ManagementHosts { get; init; }
}

/// <summary>So many requests in any span of so many seconds.</summary>
internal sealed record WindowStatus(int Quota, double Seconds)
{
    public static IReadOnlyList<WindowStatus> All(IEnumerable<Window> windows) => [.. windows.Select(window => new WindowStatus(window.Quota, window.Length.TotalSeconds))];
}
