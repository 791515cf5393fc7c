using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Tests.Routes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Authorization;

/// <summary>Callers and grants without a token, for rules that only use them.</summary>
internal static class Callers
{
    public static Caller Of(string subject = "user-1", string issuer = "main", params string[] scopes) => Caller.Of(issuer, new TokenClaims
    {
        Issuer = "https://login.example.com/",
        Audiences = ["fabraix-proxy"],
        Subject = subject,
        Scopes = scopes,
        Expires = 2_000_000_000,
        IssuedAt = 1_999_999_000,
    });

    public static Grant Grant()
    {
        Assert.True(Proxy.Authorization.Grant.TryDecide(RouteTableTests.Rule("event", "POST", "/v1/event", "event:write"), Of(scopes: "event:write"), out var grant));
        return grant;
    }
}
