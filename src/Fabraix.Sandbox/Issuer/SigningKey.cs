using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fabraix.Sandbox.Issuer;

/// <summary>An ES256 key pair that lives and dies with the process.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SigningKey(string keyId) => KeyId = keyId;

    public string KeyId { get; }

    public Jwk ToJwk()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y), KeyId, "sig", "ES256");
    }

    public string Sign(JwtClaims claims)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new("ES256", "at+jwt", KeyId), SandboxJson.Default.JwtHeader);
        var payload = JsonSerializer.SerializeToUtf8Bytes(claims, SandboxJson.Default.JwtClaims);
        var content = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        // RFC 7518 section 3.4: the signature is R and S side by side, not the DER that other APIs speak.
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();
}
