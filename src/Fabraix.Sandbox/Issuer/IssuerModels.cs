namespace Fabraix.Sandbox.Issuer;

/// <summary>OpenID Connect Discovery 1.0, section 3, as far as a resource server reads it.</summary>
internal sealed record IssuerMetadata(
    string Issuer,
    string JwksUri,
    string TokenEndpoint,
    IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> SubjectTypesSupported,
    IReadOnlyList<string> IdTokenSigningAlgValuesSupported);

internal sealed record JwkSet(IReadOnlyList<Jwk> Keys);

internal sealed record Jwk(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);

internal sealed record JwtHeader(string Alg, string Typ, string Kid);

internal sealed record JwtClaims(string Iss, string Sub, string Name, string Aud, string Scope, long Iat, long Exp, string Jti, Confirmation? Cnf);

/// <summary>The key that a token is bound to (RFC 9449 section 6.1).</summary>
internal sealed record Confirmation(string Jkt);

internal sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, string Scope);
