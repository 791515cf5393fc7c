using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit;

/// <summary>A signing key made for this run. Its private parts are registered as secrets at once.</summary>
internal sealed class TestKey : IDisposable
{
    private TestKey(string kid, string alg, AsymmetricAlgorithm algorithm)
    {
        Kid = kid;
        Alg = alg;
        Algorithm = algorithm;
        foreach (var (part, bytes) in PrivateParts()) Capture.Process.AddSecret($"{part} of signing key {kid}", bytes);
    }

    public string Kid { get; }

    /// <summary>The algorithm that the key is for, and that its public form names.</summary>
    public string Alg { get; }

    public AsymmetricAlgorithm Algorithm { get; }

    public static TestKey Ec(string alg = "ES256", string? kid = null) => new(kid ?? Made.Name("ec"), alg, ECDsa.Create(alg switch
    {
        "ES256" => ECCurve.NamedCurves.nistP256,
        "ES384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    }));

    public static TestKey Rsa(string alg = "RS256", string? kid = null, int bits = 2048) => new(kid ?? Made.Name("rsa"), alg, RSA.Create(bits));

    /// <summary>The same key material under another name or for another algorithm, as an attacker or a careless issuer would publish it.</summary>
    public TestKey As(string? kid = null, string? alg = null) => new(kid ?? Kid, alg ?? Alg, Algorithm);

    public byte[] Sign(byte[] data) => Sign(Alg, data);

    public byte[] Sign(string alg, byte[] data)
    {
        var hash = alg[^3..] switch
        {
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return Algorithm switch
        {
            ECDsa ec => ec.SignData(data, hash),
            RSA rsa => rsa.SignData(data, hash, alg.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => throw new NotSupportedException(alg),
        };
    }

    /// <summary>The public key as a JWKS holds it.</summary>
    public JsonObject PublicJwk()
    {
        var jwk = new JsonObject { ["kid"] = Kid, ["use"] = "sig", ["alg"] = Alg };
        if (Algorithm is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url(parameters.Modulus!);
            jwk["e"] = Base64Url(parameters.Exponent!);
            return jwk;
        }
        var point = ((ECDsa)Algorithm).ExportParameters(includePrivateParameters: false);
        jwk["kty"] = "EC";
        jwk["crv"] = point.Q.X!.Length switch { 32 => "P-256", 48 => "P-384", _ => "P-521" };
        jwk["x"] = Base64Url(point.Q.X);
        jwk["y"] = Base64Url(point.Q.Y!);
        return jwk;
    }

    public string PublicPem() => Algorithm.ExportSubjectPublicKeyInfoPem();

    public void Dispose() => Algorithm.Dispose();

    public static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    private IEnumerable<(string Part, byte[] Bytes)> PrivateParts()
    {
        if (Algorithm is ECDsa ec) return [("d", ec.ExportParameters(includePrivateParameters: true).D!)];
        var rsa = ((RSA)Algorithm).ExportParameters(includePrivateParameters: true);
        return [("d", rsa.D!), ("p", rsa.P!), ("q", rsa.Q!)];
    }
}
