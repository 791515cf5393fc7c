using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>Which key a token is bound to: SHA-256 over the key's required members (RFC 7638), as <c>cnf.jkt</c> has it (RFC 9449 section 6.1).</summary>
internal sealed record Thumbprint
{
    private static readonly int Characters = Base64Url.GetEncodedLength(SHA256.HashSizeInBytes);

    private Thumbprint(string value) => Value = value;

    public string Value { get; }

    /// <summary>RFC 7800 section 3.1: whatever else <c>cnf</c> holds would have to be confirmed too, and cannot be here.</summary>
    public static bool TryRead(JsonElement confirmation, [NotNullWhen(true)] out Thumbprint? thumbprint)
    {
        thumbprint = null;
        if (confirmation.ValueKind != JsonValueKind.Object || confirmation.GetPropertyCount() != 1)
            return false;
        if (JwkReader.Text(confirmation, "jkt") is not { } text || text.Length != Characters || !CompactJws.IsCanonical(text))
            return false;
        thumbprint = new Thumbprint(text);
        return true;
    }

    /// <summary>
    /// Of a key that <see cref="JwkReader"/> takes: its members are base64url and known names, and need no escapes (RFC 7638 section 3.3). Of what it does not take this
    /// means nothing, so both must be asked, in either order.
    /// </summary>
    public static Thumbprint Of(JsonElement jwk)
    {
        var json = Member("kty") == "RSA"
            ? $$"""{"e":"{{Member("e")}}","kty":"RSA","n":"{{Member("n")}}"}"""
            : $$"""{"crv":"{{Member("crv")}}","kty":"EC","x":"{{Member("x")}}","y":"{{Member("y")}}"}""";
        return new Thumbprint(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(json))));

        string? Member(string name) => JwkReader.Text(jwk, name);
    }

    public override string ToString() => Value;
}
