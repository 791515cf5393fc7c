using System.Diagnostics.CodeAnalysis;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Authorization;

/// <summary>
/// The permission of one caller to use one route. Its only factory is the decision itself, and a key's value opens only
/// for a Grant: code that forgets to ask does not compile.
/// </summary>
internal sealed class Grant
{
    private Grant(RouteRule route, Caller caller) => (Route, Caller) = (route, caller);

    public RouteRule Route { get; }

    public Caller Caller { get; }

    public static bool TryDecide(RouteRule route, Caller caller, [NotNullWhen(true)] out Grant? grant)
    {
        grant = Covers(route, caller.Scopes) ? new Grant(route, caller) : null;
        return grant is not null;
    }

    /// <summary>Whether the scopes hold all that the route asks for (RFC 6749 section 3.3: case-sensitive, order without meaning).</summary>
    public static bool Covers(RouteRule route, IReadOnlyList<string> scopes)
    {
        foreach (var needed in route.Scopes)
        {
            if (!scopes.Contains(needed, StringComparer.Ordinal))
                return false;
        }

        return true;
    }
}
