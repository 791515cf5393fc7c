using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Commands;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class LocalKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Forms() => new()
    {
        { "ES256", Jose.P256.ExportPkcs8PrivateKeyPem() },
        { "ES256", Jose.P256.ExportECPrivateKeyPem() },
        { "ES256", $"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{Jose.P256.ExportECPrivateKeyPem()}" },
        { "ES384", Jose.P384.ExportPkcs8PrivateKeyPem() },
        { "ES512", Jose.P521.ExportPkcs8PrivateKeyPem() },
        { "RS256", Jose.Rsa.ExportPkcs8PrivateKeyPem() },
        { "RS256", Jose.Rsa.ExportRSAPrivateKeyPem() },
        { "ES256", Private("ES256") },
        { "ES384", "\n  " + Private("ES384") },
        { "ES512", Private("ES512") },
        { "RS256", Private("RS256") },
    };

    public static TheoryData<string, string> Unsuited() => new()
    {
        { "empty", "" },
        { "no PEM", "a key" },
        { "a public key", Jose.P256.ExportSubjectPublicKeyInfoPem() },
        { "a public RSA key", Jose.Rsa.ExportSubjectPublicKeyInfoPem() },
        { "a public RSA key in its own form", Jose.Rsa.ExportRSAPublicKeyPem() },
        { "a key under a password", Jose.P256.ExportEncryptedPkcs8PrivateKeyPem("word", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)) },
        { "two keys", Jose.P256.ExportPkcs8PrivateKeyPem() + "\n" + Jose.P384.ExportPkcs8PrivateKeyPem() },
        { "a curve that no token is signed with", Of(ECCurve.CreateFromValue("1.3.132.0.10")) },
        { "another curve of 256 bits", Of(ECCurve.NamedCurves.brainpoolP256r1) },
        { "an RSA key of under 2048 bits", Rsa(1024) },
        { "a public JWK", Jose.Jwk("ES256").ToJsonString() },
        { "a public JWK of RSA", Jose.Jwk("RS256").ToJsonString() },
        { "a symmetric JWK", """{"kty": "oct", "k": "AQAB"}""" },
        { "an empty object", "{}" },
        { "no JSON", "{" },
        { "a key type that is a number", """{"kty": 1}""" },
        { "a kid that is a number", Changed("kid", "1") },
        { "a curve that is a list", Changed("crv", "[]") },
        { "a curve that does not exist", Changed("crv", "\"P-255\"") },
        { "a private part that is no base64url", Changed("d", "\"*\"") },
        { "a private part that is another's", Changed("d", "\"AQAB\"") },
        { "a name with half a surrogate pair", """{"kty": "EC", "\ud800": 1}""" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Signs_with_a_key_of_any_usual_form(string algorithm, string text)
    {
        using var key = LocalKey.Read(_folder.Write("key", text));
        var jwks = Issuers.Options(_folder.Write("jwks.json", key.PublicJwks()));

        var verdict = await Issuers.Validator(new FakeTimeProvider(Jose.Now), jwks).ValidateAsync(
            new JsonWebTokenHandler().CreateToken(Jose.Claims().ToJsonString(), key.Credentials), TestContext.Current.CancellationToken);

        Assert.Equal("user-1", verdict.Caller?.Subject);
        Assert.Equal(algorithm, key.Credentials.Algorithm);
    }

    [Theory]
    [MemberData(nameof(Unsuited))]
    public async Task Refuses_a_key_that_cannot_sign_what_the_proxy_accepts(string what, string text)
    {
        var file = _folder.Write("key", text);

        var result = await CommandLine.RunAsync("token", "--subject", "s", "--scope", "a", "--issuer", "i", "--audience", "a", "--key", file);

        Assert.Equal((what, 2, ""), (what, result.ExitCode, result.Output));
        Assert.StartsWith($"--key: {file} ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Has_its_own_kid_where_it_is_a_JWK_with_one()
    {
        using var key = LocalKey.Read(_folder.Write("key", Private("ES256")));

        Assert.Equal("ES256-key", key.Credentials.Key.KeyId);
    }

    /// <summary>RFC 7638 section 3: the hash of the required members, in the order of their names.</summary>
    [Fact]
    public void Is_called_by_its_thumbprint_where_it_has_no_kid()
    {
        var jwk = Jose.Jwk("ES256");
        var members = $$"""{"crv":"P-256","kty":"EC","x":"{{jwk["x"]}}","y":"{{jwk["y"]}}"}""";

        using var key = LocalKey.Read(_folder.Write("key", Jose.P256.ExportPkcs8PrivateKeyPem()));

        Assert.Equal(Jose.Encode(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(members))), key.Credentials.Key.KeyId);
    }

    private static string Private(string algorithm)
    {
        var jwk = Jose.Jwk(algorithm);
        if (Jose.KeyFor(algorithm) is ECDsa ec)
        {
            jwk["d"] = Jose.Encode(ec.ExportParameters(includePrivateParameters: true).D);
            return jwk.ToJsonString();
        }

        var rsa = Jose.Rsa.ExportParameters(includePrivateParameters: true);
        (jwk["d"], jwk["p"], jwk["q"]) = (Jose.Encode(rsa.D), Jose.Encode(rsa.P), Jose.Encode(rsa.Q));
        (jwk["dp"], jwk["dq"], jwk["qi"]) = (Jose.Encode(rsa.DP), Jose.Encode(rsa.DQ), Jose.Encode(rsa.InverseQ));
        return jwk.ToJsonString();
    }

    private static string Changed(string member, string json)
    {
        var jwk = JsonNode.Parse(Private("ES256"))!.AsObject();
        jwk[member] = JsonNode.Parse(json);
        return jwk.ToJsonString();
    }

    private static string Of(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string Rsa(int bits)
    {
        using var key = RSA.Create(bits);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
