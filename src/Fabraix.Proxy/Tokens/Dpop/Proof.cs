using System.Text.Json;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>A DPoP proof taken apart (RFC 9449 section 4.2), not yet believed.</summary>
/// <param name="Key">The key inside of it, fit for its algorithm and for no other. Whoever has checked with it disposes it.</param>
/// <param name="Thumbprint">That key's.</param>
/// <param name="Id"><c>jti</c>.</param>
/// <param name="Method"><c>htm</c>.</param>
/// <param name="Target"><c>htu</c>.</param>
/// <param name="IssuedAt"><c>iat</c>, in seconds since 1970.</param>
/// <param name="TokenHash"><c>ath</c>.</param>
/// <param name="Nonce"><c>nonce</c>, where there is one.</param>
internal sealed record Proof(SigningKey Key, Thumbprint Thumbprint, string Id, string Method, string Target, double IssuedAt, string TokenHash, string? Nonce)
{
    /// <summary>Accepted <c>alg</c> values, as a challenge lists them (RFC 9449 section 7.1). Never none, never HS*.</summary>
    public const string Algorithms = "ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512";

    private const int MaxLength = 4 * 1024;
    private const int LongestId = 256;

    // In base64url, of 4096 bits and of 4 bytes: WebCrypto makes no larger ones by itself, and each check of a larger one costs more.
    private const int LongestModulus = 683;
    private const int LongestExponent = 6;

    private static readonly string[] Known = Algorithms.Split(' ');

    /// <summary>The proof, or the rule that it breaks.</summary>
    /// <param name="text">The header's value.</param>
    /// <param name="boundTo">Whose key it must be. Compared before there is a key: the platform is given none but the token's own.</param>
    public static (Proof? Proof, string? Broken) Read(string text, Thumbprint boundTo)
    {
        if (text.Length > MaxLength || !CompactJws.TryParse(text, out var jws))
            return (null, "dpop: the proof is not a compact JWS in canonical base64url with strict JSON, of at most 4 KiB");

        using (jws)
        {
            var (key, broken) = ReadKey(jws.Header, boundTo);
            if (key is null)
                return (null, broken);
            var read = ReadClaims(jws, key);
            if (read.Proof is null)
                key.Dispose();
            return read;
        }
    }

    private static (SigningKey? Key, string? Broken) ReadKey(JsonElement header, Thumbprint boundTo)
    {
        if (Text(header, "typ") != "dpop+jwt")
            return (null, "dpop: typ is not dpop+jwt");
        if (TokenHeader.Forbidden.Any(name => name != "jwk" && header.TryGetProperty(name, out _)))
            return (null, "dpop: header member that is never accepted");
        if (Text(header, "alg") is not { } algorithm || !Known.Contains(algorithm))
            return (null, "dpop: alg is not accepted");
        if (!header.TryGetProperty("jwk", out var jwk) || jwk.ValueKind != JsonValueKind.Object)
            return (null, "dpop: no jwk");
        if (Thumbprint.Of(jwk) != boundTo)
            return (null, "dpop: the key is not the token's");
        if (Text(jwk, "n")?.Length > LongestModulus || Text(jwk, "e")?.Length > LongestExponent)
            return (null, "dpop: jwk is RSA of more than 4096 bits, or with an exponent of more than 4 bytes");

        var (key, why) = JwkReader.Read(jwk, keyId: "", [algorithm]);
        return key is null ? (null, $"dpop: jwk is not usable ({why})") : (key, null);
    }

    private static (Proof? Proof, string? Broken) ReadClaims(CompactJws jws, SigningKey key)
    {
        var claims = jws.Payload;
        if (Text(claims, "jti") is not { Length: > 0 and <= LongestId } id)
            return (null, "dpop: jti is missing, not a string or too long");
        if (Text(claims, "htm") is not { } method)
            return (null, "dpop: htm is missing or not a string");
        if (Text(claims, "htu") is not { } target)
            return (null, "dpop: htu is missing or not a string");
        if (TokenClaims.Seconds(claims, "iat") is not { } issuedAt)
            return (null, "dpop: iat is missing or not a date");
        if (Text(claims, "ath") is not { } hash)
            return (null, "dpop: ath is missing or not a string");
        if (Text(claims, "nonce") is not { } nonce)
            return claims.TryGetProperty("nonce", out _) ? (null, "dpop: nonce is not a string") : (Make(nonce: null), null);
        return (Make(nonce), null);

        Proof Make(string? nonce) => new(key, Thumbprint.Of(jws.Header.GetProperty("jwk")), id, method, target, issuedAt, hash, nonce);
    }

    private static string? Text(JsonElement element, string name) => JwkReader.Text(element, name);
}
