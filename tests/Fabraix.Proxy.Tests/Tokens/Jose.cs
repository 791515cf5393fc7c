using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>Makes tokens and key sets by hand, right or wrong, without the library that the product verifies with.</summary>
internal static class Jose
{
    public const string Issuer = "https://login.example.com/";
    public const string Audience = "fabraix-proxy";

    /// <summary>The clock of all token tests.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    // Making RSA keys is slow; they say nothing of one test to another.
    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly ECDsa P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    public static readonly ECDsa P521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static AsymmetricAlgorithm KeyFor(string algorithm) => algorithm switch
    {
        "ES256" => P256,
        "ES384" => P384,
        "ES512" => P521,
        _ => Rsa,
    };

    /// <summary>Header and payload as they are given, signed as the algorithm says (RFC 7518 section 3).</summary>
    public static string Sign(string header, string payload, string algorithm, AsymmetricAlgorithm? key = null)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        var bytes = Encoding.ASCII.GetBytes(input);
        var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
        var signature = (key ?? KeyFor(algorithm)) switch
        {
            RSA rsa => rsa.SignData(bytes, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            ECDsa ec => ec.SignData(bytes, hash),
            _ => throw new ArgumentException("No such key.", nameof(key)),
        };
        return $"{input}.{Encode(signature)}";
    }

    /// <summary>A good token, after both parts were changed.</summary>
    public static string Token(Action<JsonObject>? payload = null, Action<JsonObject>? header = null, string algorithm = "ES256", AsymmetricAlgorithm? key = null)
    {
        var (top, claims) = (Header(algorithm), Claims());
        header?.Invoke(top);
        payload?.Invoke(claims);
        return Sign(top.ToJsonString(), claims.ToJsonString(), algorithm, key);
    }

    public static JsonObject Header(string algorithm = "ES256") => new() { ["alg"] = algorithm, ["kid"] = $"{algorithm}-key", ["typ"] = "JWT" };

    public static JsonObject Claims() => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = "user-1",
        ["iat"] = Now.ToUnixTimeSeconds() - 60,
        ["exp"] = Now.ToUnixTimeSeconds() + 240,
        ["scope"] = "event:write check:write",
    };

    /// <summary>The public JWK of a key (RFC 7517 section 4), named for its algorithm.</summary>
    public static JsonObject Jwk(string algorithm, AsymmetricAlgorithm? key = null)
    {
        var jwk = new JsonObject { ["kid"] = $"{algorithm}-key", ["alg"] = algorithm, ["use"] = "sig" };
        if ((key ?? KeyFor(algorithm)) is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Encode(parameters.Modulus), Encode(parameters.Exponent));
        }
        else
        {
            var ec = (ECDsa)(key ?? KeyFor(algorithm));
            var point = ec.ExportParameters(includePrivateParameters: false).Q;
            (jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]) = ("EC", $"P-{ec.KeySize}", Encode(point.X), Encode(point.Y));
        }

        return jwk;
    }

    public static string Jwks(params JsonNode?[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key?.DeepClone())]) }.ToJsonString();
}
