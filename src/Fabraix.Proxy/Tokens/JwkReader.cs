using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>Reads one public key (RFC 7517 section 4), and takes it only where it can safely verify a signature. An issuer's keys and those inside of DPoP proofs are judged alike.</summary>
internal static class JwkReader
{
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    // RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1.
    private static readonly string[] PrivateParts = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>The key, or why it is not taken.</summary>
    /// <param name="jwk">A JSON object.</param>
    /// <param name="keyId">What the key is called.</param>
    /// <param name="algorithms">Algorithms that it may be for; where it says none, an RSA key is for the first RSA one.</param>
    public static (SigningKey? Key, string Why) Read(JsonElement jwk, string keyId, IReadOnlyList<string> algorithms)
    {
        if (jwk.TryGetProperty("use", out _) && Text(jwk, "use") != "sig")
            return (null, "not for signatures (use)");
        if (jwk.TryGetProperty("key_ops", out var operations) && !(operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(IsVerify)))
            return (null, "not for verifying (key_ops)");

        var kind = Text(jwk, "kty");
        if (kind == "oct")
            return (null, "symmetric");
        if (PrivateParts.Any(part => jwk.TryGetProperty(part, out _)))
            return (null, "published with its private part");
        return kind switch
        {
            "RSA" => ReadRsa(jwk, keyId, algorithms),
            "EC" => ReadEc(jwk, keyId, algorithms),
            _ => (null, "unknown kty"),
        };
    }

    /// <summary>A member that is a string, or null.</summary>
    public static string? Text(JsonElement jwk, string name) =>
        jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : null;

    private static (SigningKey? Key, string Why) ReadRsa(JsonElement jwk, string keyId, IReadOnlyList<string> algorithms)
    {
        if (Bytes(jwk, "n") is not { } n || Bytes(jwk, "e") is not { Length: > 0 and <= 8 } e)
            return (null, "n or e is missing or not base64url");

        // RFC 7518 section 3.3: 2048 bits or more. Zeros in front make neither a longer key nor another exponent.
        var (modulus, exponent) = (n.AsSpan().TrimStart((byte)0).ToArray(), e.AsSpan().TrimStart((byte)0).ToArray());
        var bits = modulus.Length == 0 ? 0 : (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        if (bits is < LeastRsaBits or > MostRsaBits)
            return (null, "RSA key size");
        if (exponent is [] or [1] || (exponent[^1] & 1) == 0)
            return (null, "RSA exponent");

        var algorithm = jwk.TryGetProperty("alg", out _) ? Text(jwk, "alg") : algorithms.FirstOrDefault(IsRsa);
        if (algorithm is null || !IsRsa(algorithm) || !algorithms.Contains(algorithm))
            return (null, "alg is not one of the issuer's Algorithms for RSA");
        return (new SigningKey(new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent }) { KeyId = keyId }, algorithm), "");
    }

    private static (SigningKey? Key, string Why) ReadEc(JsonElement jwk, string keyId, IReadOnlyList<string> algorithms)
    {
        // RFC 7518 section 3.4: the curve decides the algorithm.
        var (algorithm, curve, size) = Text(jwk, "crv") switch
        {
            "P-256" => ("ES256", ECCurve.NamedCurves.nistP256, 32),
            "P-384" => ("ES384", ECCurve.NamedCurves.nistP384, 48),
            "P-521" => ("ES512", ECCurve.NamedCurves.nistP521, 66),
            _ => ("", default, 0),
        };
        if (size == 0)
            return (null, "unknown curve");
        if (jwk.TryGetProperty("alg", out _) && Text(jwk, "alg") != algorithm)
            return (null, "curve and alg disagree");
        if (!algorithms.Contains(algorithm))
            return (null, "alg is not one of the issuer's Algorithms");
        if (Bytes(jwk, "x") is not { } x || Bytes(jwk, "y") is not { } y || x.Length != size || y.Length != size)
            return (null, "x or y is missing or of the wrong length");

        try
        {
            // The platform refuses a point that is not on the curve.
            var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
            return (new SigningKey(new ECDsaSecurityKey(key) { KeyId = keyId }, algorithm), "");
        }
        catch (CryptographicException)
        {
            return (null, "not a point of its curve");
        }
    }

    private static bool IsVerify(JsonElement operation) => operation.ValueKind == JsonValueKind.String && JsonText.Read(operation) == "verify";

    private static bool IsRsa(string algorithm) => algorithm is ['R' or 'P', ..];

    private static byte[]? Bytes(JsonElement jwk, string name) =>
        Text(jwk, name) is { } text && CompactJws.IsCanonical(text) ? System.Buffers.Text.Base64Url.DecodeFromChars(text) : null;
}
