using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Proxy.Benchmarks;

/// <summary>A token of the size that providers give out, and the bytes that its signature is over.</summary>
internal sealed class SampleToken
{
    private SampleToken(string input, byte[] signature)
    {
        Input = Encoding.ASCII.GetBytes(input);
        Signature = signature;
        Text = $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    public string Text { get; }

    public byte[] Input { get; }

    public byte[] Signature { get; }

    public static SampleToken Sign(AsymmetricAlgorithm key, string algorithm, string subject)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = $$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"sample"}""";
        var payload = $$"""{"iss":"https://login.example/","aud":"fabraix-proxy","sub":"{{subject}}","iat":{{now}},"nbf":{{now}},"exp":{{now + 86000}},"jti":"{{Guid.NewGuid():N}}","client_id":"0f6e1c2a-sample-page","sid":"{{Guid.NewGuid():N}}","auth_time":{{now}},"scope":"run:write event:write check:write","email":"user@example.com","roles":["user","reviewer"]}""";
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        var bytes = Encoding.ASCII.GetBytes(input);
        return new SampleToken(input, key is RSA rsa ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256));
    }

    /// <summary>The key set that the token's key is published in.</summary>
    public static string Jwks(AsymmetricAlgorithm key, string algorithm)
    {
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return $$"""{"keys":[{"kty":"RSA","kid":"sample","alg":"{{algorithm}}","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"}]}""";
        }

        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"keys":[{"kty":"EC","kid":"sample","alg":"{{algorithm}}","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}]}""";
    }
}
