using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>
/// A private key to sign tokens with, from a JWK or PEM: EC P-256, P-384, P-521, or RSA of 2048 bits or more. Its kid is the JWK's own, else its thumbprint
/// (RFC 7638). It prints as [redacted], and nothing gives its private part out.
/// </summary>
[DebuggerDisplay("[redacted]")]
internal sealed class PrivateKey : IDisposable
{
    private const int LeastRsaBits = 2048;

    private PrivateKey(AsymmetricAlgorithm material, string? keyId, string? statedAlgorithm)
    {
        Material = material;
        StatedAlgorithm = statedAlgorithm;
        CurveAlgorithm = material switch
        {
            ECDsa ec => AlgorithmOf(ec),
            RSA { KeySize: >= LeastRsaBits } => null,
            _ => throw new CryptographicException("Neither EC nor RSA of 2048 bits."),
        };
        Public = PublicPart(material);
        KeyId = keyId ?? Base64UrlEncoder.Encode(Public.ComputeJwkThumbprint());
    }

    public string KeyId { get; }

    /// <summary>The algorithm that an EC key's curve decides (RFC 7518 section 3.4); null for RSA.</summary>
    public string? CurveAlgorithm { get; }

    /// <summary>The JWK's <c>alg</c>, where it has one.</summary>
    public string? StatedAlgorithm { get; }

    /// <summary>The public part.</summary>
    public JsonWebKey Public { get; }

    /// <summary>For whoever signs by it.</summary>
    public AsymmetricAlgorithm Material { get; }

    public static PrivateKey Make() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), keyId: null, statedAlgorithm: null);

    /// <summary>False for whatever is no such key, a public one among it: only a signature that holds tells.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        try
        {
            var read = text.TrimStart().StartsWith('{') ? ReadJwk(text) : new PrivateKey(ReadPem(text), keyId: null, statedAlgorithm: null);
            key = read.SignsWhatItVerifies() ? read : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            // Whatever is wrong with it, the reason may quote it.
        }

        return key is not null;
    }

    /// <summary>Writes the members of a public JWK for one algorithm.</summary>
    public void WritePublic(Utf8JsonWriter json, string algorithm)
    {
        foreach (var (name, value) in new[] { ("kty", Public.Kty), ("kid", KeyId), ("use", "sig"), ("alg", algorithm), ("crv", Public.Crv), ("x", Public.X), ("y", Public.Y), ("n", Public.N), ("e", Public.E) })
        {
            if (value is not null)
                json.WriteString(name, value);
        }
    }

    public void Dispose() => Material.Dispose();

    public override string ToString() => "[redacted]";

    private bool SignsWhatItVerifies()
    {
        byte[] nothing = [];
        return Material switch
        {
            ECDsa ec => ec.VerifyData(nothing, ec.SignData(nothing, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256),
            RSA rsa => rsa.VerifyData(nothing, rsa.SignData(nothing, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => false,
        };
    }

    // RFC 7518 section 3.4. Other curves have the same sizes.
    private static string AlgorithmOf(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value switch
    {
        "1.2.840.10045.3.1.7" => "ES256",
        "1.3.132.0.34" => "ES384",
        "1.3.132.0.35" => "ES512",
        _ => throw new CryptographicException("Unknown curve."),
    };

    private static AsymmetricAlgorithm ReadPem(string text)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(text);
            return rsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Not RSA: EC, or nothing that is known.
            rsa.Dispose();
        }

        var ec = ECDsa.Create();
        ec.ImportFromPem(text);
        return ec;
    }

    private static PrivateKey ReadJwk(string text)
    {
        using var document = JsonDocument.Parse(text);
        var jwk = document.RootElement;
        var (keyId, algorithm) = (Optional("kid"), Optional("alg"));
        if (Text("kty") == "RSA")
            return new PrivateKey(RSA.Create(new RSAParameters { Modulus = Bytes("n"), Exponent = Bytes("e"), D = Bytes("d"), P = Bytes("p"), Q = Bytes("q"), DP = Bytes("dp"), DQ = Bytes("dq"), InverseQ = Bytes("qi") }), keyId, algorithm);

        var curve = Text("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => throw new CryptographicException("Unknown curve."),
        };
        return new PrivateKey(ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes("x"), Y = Bytes("y") }, D = Bytes("d") }), keyId, algorithm);

        string? Optional(string name) => jwk.TryGetProperty(name, out var value) ? value.GetString() : null;
        string Text(string name) => Optional(name) ?? throw new CryptographicException("A member is missing.");
        byte[] Bytes(string name) => Base64UrlEncoder.DecodeBytes(Text(name));
    }

    private static JsonWebKey PublicPart(AsymmetricAlgorithm material)
    {
        if (material is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return new JsonWebKey { Kty = "RSA", N = Base64UrlEncoder.Encode(parameters.Modulus), E = Base64UrlEncoder.Encode(parameters.Exponent) };
        }

        var ec = (ECDsa)material;
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey { Kty = "EC", Crv = $"P-{ec.KeySize}", X = Base64UrlEncoder.Encode(point.X), Y = Base64UrlEncoder.Encode(point.Y) };
    }
}
