using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Authorization;

/// <summary>
/// Decides whether the caller may use the route, and leaves the <see cref="Grant"/>. It follows the token step, whose caller
/// it judges. It refuses with 403 and names the scopes (RFC 6750 section 3.1, insufficient_scope; RFC 9449 section 7.1 for the scheme DPoP).
/// </summary>
internal sealed class ScopeStep : IStep
{
    public string Name => "scope";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteRule>();
        var caller = context.Features.GetRequiredFeature<Caller>();
        if (!Grant.TryDecide(route, caller, out var grant))
            return Verdict.Refuse(Insufficient(route, caller.AuthenticationType!));

        context.Features.Set(grant);
        return Verdict.Pass;
    }

    /// <param name="route">Whose scopes are missing.</param>
    /// <param name="scheme">That the token came under.</param>
    public static Refusal Insufficient(RouteRule route, string scheme) => new(ProxyError.InsufficientPermissions, "scope: one of the route's scopes is missing")
    {
        Challenge = $"{scheme} error=\"insufficient_scope\", scope=\"{string.Join(' ', route.Scopes)}\"",
    };
}
