namespace Fabraix.Proxy.Routes;

/// <summary>One operation that browsers may call.</summary>
/// <param name="Name">Its configured name: what logs and metrics call it.</param>
/// <param name="Method">Exact, case included (RFC 9110 section 9.1).</param>
/// <param name="Path">Exact, byte for byte.</param>
/// <param name="Scopes">All of them are required.</param>
/// <param name="Key">The entry of <c>Fabraix:Keys</c> that it is called with.</param>
/// <param name="MaxBytes">Largest body in bytes; default 1 MiB, at most 64 MiB.</param>
internal sealed record RouteRule(string Name, string Method, RoutePath Path, IReadOnlyList<string> Scopes, string Key, int MaxBytes);
