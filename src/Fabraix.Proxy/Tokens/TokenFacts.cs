using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a token can be revoked by. Made once for a token, and only where something is revoked.</summary>
internal sealed class TokenFacts
{
    private TokenFacts(Fact own, Fact subject) => (Own, Subject) = (own, subject);

    /// <summary>
    /// Its jti, which names one token of an issuer's (RFC 7519 section 4.1.7); where it has none, what is signed: header and payload. Not the signature, since
    /// ECDSA has a second one that holds as well.
    /// </summary>
    public Fact Own { get; }

    public Fact Subject { get; }

    public static TokenFacts Of(string token, string issuer, TokenClaims claims) =>
        new(claims.TokenId is { Length: > 0 } id ? IdOf(issuer, id) : Fact.Of("token", token[..token.LastIndexOf('.')]), SubjectOf(issuer, claims.Subject));

    /// <param name="issuer">Its configured name.</param>
    /// <param name="id"><c>jti</c>: means something only together with the issuer (RFC 7519 section 4.1.7).</param>
    public static Fact IdOf(string issuer, string id) => Fact.Of("jti", Same(issuer), id);

    public static Fact SubjectOf(string issuer, string subject) => Fact.Of("sub", Same(issuer), subject);

    /// <summary>Names of a configuration are compared by their upper case, as the framework does.</summary>
    private static string Same(string issuer) => issuer.ToUpperInvariant();
}
