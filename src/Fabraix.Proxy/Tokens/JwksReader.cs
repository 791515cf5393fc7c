using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>Reads a JWK Set (RFC 7517) and keeps only keys that can safely verify a signature; the others are left out by name.</summary>
internal static class JwksReader
{
    private const int MostKeys = 100;
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="InvalidDataException">It is not a JWK Set, or no key in it is usable.</exception>
    public static (IReadOnlyList<SigningKey> Keys, IReadOnlyList<string> LeftOut) Read(ReadOnlyMemory<byte> json, IssuerOptions issuer)
    {
        using var document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > MostKeys)
            throw new InvalidDataException($"It is not a JWK Set: an object with \"keys\", an array of at most {MostKeys}.");

        var keys = new List<SigningKey>();
        var leftOut = new List<string>();
        var twice = RepeatedKeyIds(list);
        var index = 0;
        foreach (var jwk in list.EnumerateArray())
        {
            var (key, why) = ReadKey(jwk, issuer, twice);
            if (key is not null)
                keys.Add(key);
            else
                leftOut.Add($"key {index} ({Shown(Text(jwk, "kid"))}): {why}");
            index++;
        }

        return keys.Count > 0 ? (keys, leftOut) : throw new InvalidDataException($"No key in it is usable. {string.Join("; ", leftOut)}");
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half a surrogate pair, which cannot be compared with the others.
            throw new InvalidDataException(WhyNotStrict(json));
        }
    }

    private static string WhyNotStrict(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("-----BEGIN "u8))
            return "It is PEM; a JWK Set is needed (RFC 7517: JSON with \"keys\").";
        try
        {
            using var lenient = JsonDocument.Parse(text);
            return "It is JSON with a name twice, or nested too deep.";
        }
        catch (JsonException)
        {
            return "It is not JSON.";
        }
    }

    private static (SigningKey? Key, string Why) ReadKey(JsonElement jwk, IssuerOptions issuer, HashSet<string> twice)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return (null, "not an object");
        if (Text(jwk, "kid") is not { Length: > 0 } keyId)
            return (null, "no kid");
        if (twice.Contains(keyId))
            return (null, "kid comes twice");
        if (jwk.TryGetProperty("use", out _) && Text(jwk, "use") != "sig")
            return (null, "not for signatures (use)");
        if (jwk.TryGetProperty("key_ops", out var operations) && !(operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(IsVerify)))
            return (null, "not for verifying (key_ops)");
        if (jwk.TryGetProperty("d", out _))
            return (null, "published with its private part");

        return Text(jwk, "kty") switch
        {
            "RSA" => ReadRsa(jwk, keyId, issuer),
            "EC" => ReadEc(jwk, keyId, issuer),
            "oct" => (null, "symmetric"),
            _ => (null, "unknown kty"),
        };
    }

    private static (SigningKey? Key, string Why) ReadRsa(JsonElement jwk, string keyId, IssuerOptions issuer)
    {
        if (Bytes(jwk, "n") is not { } modulus || Bytes(jwk, "e") is not { Length: > 0 and <= 8 } exponent)
            return (null, "n or e is missing or not base64url");

        // RFC 7518 section 3.3: 2048 bits or more. Leading zeros do not make a key longer.
        var bits = modulus.AsSpan().TrimStart((byte)0) is { Length: > 0 } significant ? (significant.Length * 8) - byte.LeadingZeroCount(significant[0]) : 0;
        if (bits is < LeastRsaBits or > MostRsaBits)
            return (null, "RSA key size");
        if ((exponent[^1] & 1) == 0 || exponent is [1])
            return (null, "RSA exponent");

        var algorithm = jwk.TryGetProperty("alg", out _) ? Text(jwk, "alg") : issuer.Algorithms.FirstOrDefault(IsRsa);
        if (algorithm is null || !IsRsa(algorithm) || !issuer.Algorithms.Contains(algorithm))
            return (null, "alg is not one of the issuer's Algorithms for RSA");
        return (new SigningKey(new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent }) { KeyId = keyId }, algorithm), "");
    }

    private static (SigningKey? Key, string Why) ReadEc(JsonElement jwk, string keyId, IssuerOptions issuer)
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
        if (!issuer.Algorithms.Contains(algorithm))
            return (null, "alg is not one of the issuer's Algorithms");
        if (Bytes(jwk, "x") is not { } x || Bytes(jwk, "y") is not { } y || x.Length != size || y.Length != size)
            return (null, "x or y is missing or of the wrong length");

        try
        {
            // The platform refuses a point that is not on the curve; what it accepts is handed on in plain.
            using var point = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
            var key = new JsonWebKey { Kty = "EC", Kid = keyId, Crv = Text(jwk, "crv"), X = Text(jwk, "x"), Y = Text(jwk, "y") };
            return (new SigningKey(key, algorithm), "");
        }
        catch (CryptographicException)
        {
            return (null, "not a point of its curve");
        }
    }

    private static HashSet<string> RepeatedKeyIds(JsonElement keys) => keys.EnumerateArray()
        .Where(jwk => jwk.ValueKind == JsonValueKind.Object)
        .GroupBy(jwk => Text(jwk, "kid") ?? "", StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key)
        .ToHashSet(StringComparer.Ordinal);

    private static bool IsVerify(JsonElement operation) => operation.ValueKind == JsonValueKind.String && JsonText.Read(operation) == "verify";

    private static bool IsRsa(string algorithm) => algorithm is ['R' or 'P', ..];

    private static string? Text(JsonElement jwk, string name) =>
        jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : null;

    private static byte[]? Bytes(JsonElement jwk, string name) =>
        Text(jwk, name) is { } text && CompactJws.IsCanonical(text) ? System.Buffers.Text.Base64Url.DecodeFromChars(text) : null;

    /// <summary>A kid as it may stand in a log: the provider chose it.</summary>
    private static string Shown(string? keyId) =>
        keyId is { Length: > 0 and <= 64 } && keyId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? $"kid {keyId}" : "kid not shown";
}
