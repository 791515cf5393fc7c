using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tokens;

/// <summary>What a token can be revoked by. Made once for a token, and only where something is revoked.</summary>
internal sealed class TokenFacts
{
    private TokenFacts(Fact text, Fact? id, Fact subject) => (Text, Id, Subject) = (text, id, subject);

    /// <summary>What is signed: header and payload. Not the signature, since ECDSA has a second one that holds as well.</summary>
    public Fact Text { get; }

    /// <summary>Its jti, where it has one.</summary>
    public Fact? Id { get; }

    public Fact Subject { get; }

    public static TokenFacts Of(string token, string issuer, TokenClaims claims) =>
        new(Fact.Of("token", token[..token.LastIndexOf('.')]), claims.TokenId is { } id ? IdOf(issuer, id) : null, SubjectOf(issuer, claims.Subject));

    /// <param name="issuer">Its configured name.</param>
    /// <param name="id"><c>jti</c>: means something only together with the issuer (RFC 7519 section 4.1.7).</param>
    public static Fact IdOf(string issuer, string id) => Fact.Of("jti", issuer, id);

    public static Fact SubjectOf(string issuer, string subject) => Fact.Of("sub", issuer, subject);
}
