using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Commands;

/// <summary>A private signing key in a local file, PEM or JWK. Its kid is the JWK's own, else its thumbprint (RFC 7638).</summary>
internal sealed class LocalKey : IDisposable
{
    private const int LeastRsaBits = 2048;

    private readonly AsymmetricAlgorithm _algorithm;
    private readonly JsonWebKey _public;

    private LocalKey(AsymmetricAlgorithm algorithm, string? keyId)
    {
        _algorithm = algorithm;
        (SecurityKey key, var name) = algorithm switch
        {
            ECDsa ec => ((SecurityKey)new ECDsaSecurityKey(ec), AlgorithmOf(ec)),
            RSA { KeySize: >= LeastRsaBits } rsa => (new RsaSecurityKey(rsa), "RS256"),
            _ => throw new CryptographicException("Neither EC nor RSA of 2048 bits."),
        };
        _public = Public(algorithm);
        key.KeyId = keyId ?? Base64UrlEncoder.Encode(_public.ComputeJwkThumbprint());

        // The library's own cache would keep the key beyond its end.
        Credentials = new SigningCredentials(key, name) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
    }

    public SigningCredentials Credentials { get; }

    /// <exception cref="InvalidDataException">The file is there already, or cannot be written; the message names it.</exception>
    public static LocalKey Make(string file)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file, options);
            stream.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException(File.Exists(file) ? $"--new-key: {file} exists; an existing key is never overwritten." : $"--new-key: {file} could not be written.");
        }

        return new LocalKey(key, keyId: null);
    }

    /// <exception cref="InvalidDataException">The file holds no private key that the proxy would accept tokens of; the message says nothing of what it holds.</exception>
    public static LocalKey Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            var key = text.TrimStart().StartsWith('{') ? ReadJwk(text) : new LocalKey(ReadPem(text), keyId: null);
            key.TrySigning();
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"--key: {file} could not be read as a private key, PEM or JWK (EC P-256, P-384, P-521, or RSA of 2048 bits or more).");
        }
    }

    /// <summary>The JWK Set (RFC 7517 section 5) with the public part alone.</summary>
    public string PublicJwks()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            json.WriteStartObject();
            foreach (var (name, value) in new[] { ("kty", _public.Kty), ("kid", Credentials.Key.KeyId), ("use", "sig"), ("alg", Credentials.Algorithm), ("crv", _public.Crv), ("x", _public.X), ("y", _public.Y), ("n", _public.N), ("e", _public.E) })
            {
                if (value is not null)
                    json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public void Dispose() => _algorithm.Dispose();

    /// <summary>A public key is read as well as a private one; only this tells them apart.</summary>
    private void TrySigning() => _ = _algorithm switch
    {
        ECDsa ec => ec.SignData([], HashAlgorithmName.SHA256),
        _ => ((RSA)_algorithm).SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

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

    private static LocalKey ReadJwk(string text)
    {
        using var document = JsonDocument.Parse(text);
        var jwk = document.RootElement;
        var keyId = jwk.TryGetProperty("kid", out var kid) ? kid.GetString() : null;
        if (Text("kty") == "RSA")
            return new LocalKey(RSA.Create(new RSAParameters { Modulus = Bytes("n"), Exponent = Bytes("e"), D = Bytes("d"), P = Bytes("p"), Q = Bytes("q"), DP = Bytes("dp"), DQ = Bytes("dq"), InverseQ = Bytes("qi") }), keyId);

        var curve = Text("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => throw new CryptographicException("Unknown curve."),
        };
        return new LocalKey(ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes("x"), Y = Bytes("y") }, D = Bytes("d") }), keyId);

        string Text(string name) => jwk.TryGetProperty(name, out var value) && value.GetString() is { } found ? found : throw new CryptographicException("A member is missing.");
        byte[] Bytes(string name) => Base64UrlEncoder.DecodeBytes(Text(name));
    }

    private static JsonWebKey Public(AsymmetricAlgorithm algorithm)
    {
        if (algorithm is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return new JsonWebKey { Kty = "RSA", N = Base64UrlEncoder.Encode(parameters.Modulus), E = Base64UrlEncoder.Encode(parameters.Exponent) };
        }

        var ec = (ECDsa)algorithm;
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey { Kty = "EC", Crv = $"P-{ec.KeySize}", X = Base64UrlEncoder.Encode(point.X), Y = Base64UrlEncoder.Encode(point.Y) };
    }
}
