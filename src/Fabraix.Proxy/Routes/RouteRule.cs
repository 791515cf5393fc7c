namespace Fabraix.Proxy.Routes;

/// <summary>One operation that browsers may call.</summary>
/// <param name="Name">Its configured name: what logs and metrics call it.</param>
/// <param name="Method">Exact, case included (RFC 9110 section 9.1).</param>
/// <param name="Path">Exact, byte for byte.</param>
/// <param name="Scopes">All of them are required.</param>
/// <param name="Key">The entry of <c>Fabraix:Keys</c> that it is called with.</param>
/// <param name="MaxBytes">Largest body in bytes; default 1 MiB, at most 64 MiB.</param>
internal sealed record RouteRule(string Name, string Method, RoutePath Path, IReadOnlyList<string> Scopes, string Key, int MaxBytes)
{
    /// <summary>Percent of the key's quota that only this route may use. Default 0, up to 90; what a key's routes reserve is at most 90 together. What the route asks beyond it comes from the rest.</summary>
    public int Reserve { get; init; }

    /// <summary>Requests of all users together in a minute; null for no limit but the key's.</summary>
    public int? PerMinute { get; init; }

    /// <summary>The same in an hour.</summary>
    public int? PerHour { get; init; }
}
