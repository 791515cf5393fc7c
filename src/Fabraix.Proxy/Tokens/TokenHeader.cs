using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>The members of a JOSE header that matter (RFC 7515 section 4.1), with the right types.</summary>
/// <param name="Algorithm"><c>alg</c>.</param>
/// <param name="KeyId"><c>kid</c>; a token without one is refused, so that no key is ever guessed.</param>
/// <param name="Type"><c>typ</c>, where there is one.</param>
internal sealed record TokenHeader(string Algorithm, string KeyId, string? Type)
{
    // A key that comes inside the token proves nothing (RFC 8725 section 3.10); crit and b64 change what is signed
    // (RFC 7515 section 4.1.11, RFC 7797); enc and zip belong to encrypted tokens. x5t and x5t#S256 are no keys and lead to
    // none: they are a certificate's digest (RFC 7515 section 4.1.7), which some providers set on every token. Nothing reads them.
    internal static readonly string[] Forbidden = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip"];

    /// <summary>The header, or the rule that it breaks.</summary>
    public static (TokenHeader? Header, string? Broken) Read(JsonElement header)
    {
        foreach (var name in Forbidden)
        {
            if (header.TryGetProperty(name, out _))
                return (null, "token: header member that is never accepted");
        }

        if (Text(header, "alg") is not { Length: > 0 } algorithm)
            return (null, "token: no alg");
        if (Text(header, "kid") is not { Length: > 0 } keyId)
            return (null, "token: no kid");
        if (header.TryGetProperty("typ", out var type) && type.ValueKind != JsonValueKind.String)
            return (null, "token: typ is not a string");
        return (new TokenHeader(algorithm, keyId, Text(header, "typ")), null);
    }

    private static string? Text(JsonElement header, string name) =>
        header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : null;
}
