using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Mint;

public sealed class MintKeyTests
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public static TheoryData<string, string> Signers() => new()
    {
        { "ES256", Jose.P256.ExportPkcs8PrivateKeyPem() },
        { "ES384", Jose.P384.ExportECPrivateKeyPem() },
        { "ES512", Jose.P521.ExportPkcs8PrivateKeyPem() },
        { "RS256", Jose.Rsa.ExportPkcs8PrivateKeyPem() },
        { "PS256", RsaJwk("PS256") },
        { "PS512", RsaJwk("PS512") },
        { "RS384", RsaJwk("RS384") },
    };

    [Theory]
    [MemberData(nameof(Signers))]
    public async Task Signs_what_its_issuer_accepts(string algorithm, string text)
    {
        var issuer = Issuers.Options();
        var key = MadeKeys.Read(text);
        var (keys, leftOut) = JwksReader.Read(MintKey.JwksOf([key]), issuer);

        Assert.Equal((algorithm, 0), (key.Algorithm, leftOut.Count));
        var published = Assert.Single(keys);
        Assert.Equal((key.KeyId, algorithm), (published.KeyId, published.Algorithm));
        var folder = new TemporaryFolder();
        var validator = Issuers.Validator(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Jose.Now), Issuers.Options(folder.Write("jwks.json", System.Text.Encoding.UTF8.GetString(MintKey.JwksOf([key])))));
        Assert.Equal("user-1", (await validator.ValidateAsync(key.Sign(System.Text.Encoding.UTF8.GetBytes(Jose.Claims().ToJsonString())), TestContext.Current.CancellationToken)).Caller?.Subject);
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Signers))]
    public void Publishes_no_private_part(string algorithm, string text)
    {
        var key = MadeKeys.Read(text);
        using var jwk = JsonDocument.Parse(key.PublicJwk);

        Assert.Equal(algorithm, jwk.RootElement.GetProperty("alg").GetString());
        Assert.DoesNotContain(jwk.RootElement.EnumerateObject(), member => PrivateMembers.Contains(member.Name));
        Assert.True(PrivateKey.TryParse(text, out var secret));
        Assert.Equal("[redacted]", secret.ToString());
    }

    [Fact]
    public void Takes_the_issuers_first_algorithm_for_an_RSA_key_that_has_none() =>
        Assert.Equal("PS384", MintKey.Read(MadeKeys.Content(Jose.Rsa.ExportPkcs8PrivateKeyPem()), Issuers.Options(algorithms: ["ES256", "PS384", "RS256"])).Key?.Algorithm);

    [Theory]
    [InlineData("a public key", "it is no private key")]
    [InlineData("nothing", "it is no private key")]
    [InlineData("a curve that the issuer does not accept", "would not accept")]
    [InlineData("RSA where the issuer accepts none", "none for RSA")]
    [InlineData("an alg of another curve", "its alg is not one")]
    [InlineData("an alg that the issuer does not accept", "would not accept")]
    [InlineData("a symmetric alg", "its alg is not one")]
    [InlineData("a kid with a line break", "its kid")]
    [InlineData("an empty kid", "its kid")]
    [InlineData("RSA of 1024 bits", "it is no private key")]
    public void Refuses_a_key_that_its_issuer_would_not_accept_and_says_why(string what, string why)
    {
        var (text, algorithms) = what switch
        {
            "a public key" => (Jose.P256.ExportSubjectPublicKeyInfoPem(), Issuers.AllAlgorithms),
            "nothing" => ("", Issuers.AllAlgorithms),
            "a curve that the issuer does not accept" => (Jose.P384.ExportPkcs8PrivateKeyPem(), ["ES256"]),
            "RSA where the issuer accepts none" => (Jose.Rsa.ExportPkcs8PrivateKeyPem(), ["ES256"]),
            "an alg of another curve" => (EcJwk("alg", "ES384"), Issuers.AllAlgorithms),
            "an alg that the issuer does not accept" => (RsaJwk("PS512"), ["RS256"]),
            "a symmetric alg" => (RsaJwk("HS256"), Issuers.AllAlgorithms),
            "a kid with a line break" => (EcJwk("kid", "a\nb"), Issuers.AllAlgorithms),
            "an empty kid" => (EcJwk("kid", ""), Issuers.AllAlgorithms),
            _ => (Small(), Issuers.AllAlgorithms),
        };

        var (key, problem) = MintKey.Read(MadeKeys.Content(text), Issuers.Options(algorithms: algorithms));

        Assert.Null(key);
        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem!.Split(' '), word => word.Length > 20 && text.Contains(word, StringComparison.Ordinal));
    }

    private static string EcJwk(string member, string value)
    {
        var jwk = Jose.Jwk("ES256");
        jwk["d"] = Jose.Encode(Jose.P256.ExportParameters(includePrivateParameters: true).D);
        jwk[member] = value;
        return jwk.ToJsonString();
    }

    private static string RsaJwk(string algorithm)
    {
        var key = Jose.Rsa.ExportParameters(includePrivateParameters: true);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = algorithm,
            ["alg"] = algorithm,
            ["n"] = Jose.Encode(key.Modulus),
            ["e"] = Jose.Encode(key.Exponent),
            ["d"] = Jose.Encode(key.D),
            ["p"] = Jose.Encode(key.P),
            ["q"] = Jose.Encode(key.Q),
            ["dp"] = Jose.Encode(key.DP),
            ["dq"] = Jose.Encode(key.DQ),
            ["qi"] = Jose.Encode(key.InverseQ),
        }.ToJsonString();
    }

    private static string Small()
    {
        using var key = RSA.Create(1024);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
