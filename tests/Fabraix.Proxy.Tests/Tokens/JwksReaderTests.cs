using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class JwksReaderTests
{
    // RFC 7517 appendix A.1, first key; "enc" there is what keeps it out, so the use is left off.
    private const string RfcEc = """{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"}""";

    // RFC 7517 appendix A.1, second key: RS256 is its own word.
    private const string RfcRsa = """{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""";

    // RFC 8037 appendix A.2: a curve that is not on the list.
    private const string RfcOkp = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"okp"}""";

    // RFC 7517 appendix A.3: a symmetric key.
    private const string RfcOct = """{"kty":"oct","alg":"A128KW","k":"GawgguFyGrWKav7AX4VKUg","kid":"oct"}""";

    [Fact]
    public void Takes_the_signing_keys_of_published_examples_and_leaves_the_others_out()
    {
        var (keys, leftOut) = Read(Jose.Jwks(JsonNode.Parse(RfcEc), JsonNode.Parse(RfcRsa), JsonNode.Parse(RfcOkp), JsonNode.Parse(RfcOct)));

        Assert.Equal(["1 ES256", "2011-04-29 RS256"], keys.Select(key => $"{key.KeyId} {key.Algorithm}"));
        Assert.Equal(["key 2 (kid okp): unknown kty", "key 3 (kid oct): symmetric"], leftOut);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public void Binds_a_key_to_its_algorithm(string algorithm)
    {
        var key = Assert.Single(Read(Jose.Jwks(Jose.Jwk(algorithm))).Keys);

        Assert.Equal(algorithm, key.Algorithm);
        foreach (var other in Issuers.AllAlgorithms)
            Assert.Equal(other == algorithm, key.Verifies(Jose.Token(algorithm: other)));
    }

    [Theory]
    [InlineData("P-256", "ES256")]
    [InlineData("P-384", "ES384")]
    [InlineData("P-521", "ES512")]
    public void Lets_the_curve_decide_where_no_algorithm_is_said(string curve, string algorithm)
    {
        var jwk = Jose.Jwk(algorithm);
        jwk.Remove("alg");

        Assert.Equal(curve, jwk["crv"]!.GetValue<string>());
        Assert.Equal(algorithm, Assert.Single(Read(Jose.Jwks(jwk)).Keys).Algorithm);
    }

    [Theory]
    [InlineData("RS256", "RS256", "PS256", "ES256")]
    [InlineData("PS384", "ES256", "PS384", "RS256")]
    public void Lets_the_issuers_list_decide_for_RSA_where_no_algorithm_is_said(string algorithm, params string[] list)
    {
        var jwk = Jose.Jwk("RS256");
        jwk.Remove("alg");

        Assert.Equal(algorithm, Assert.Single(Read(Jose.Jwks(jwk), list).Keys).Algorithm);
    }

    [Theory]
    [InlineData("kid", null, "no kid")]
    [InlineData("kid", "\"\"", "no kid")]
    [InlineData("kid", "7", "no kid")]
    [InlineData("use", "\"enc\"", "not for signatures (use)")]
    [InlineData("use", "null", "not for signatures (use)")]
    [InlineData("use", "[\"sig\"]", "not for signatures (use)")]
    [InlineData("key_ops", "[\"sign\"]", "not for verifying (key_ops)")]
    [InlineData("key_ops", "[]", "not for verifying (key_ops)")]
    [InlineData("key_ops", "\"verify\"", "not for verifying (key_ops)")]
    [InlineData("key_ops", "[1, null, {}, [\"verify\"]]", "not for verifying (key_ops)")]
    [InlineData("d", "\"AQAB\"", "published with its private part")]
    [InlineData("kty", null, "unknown kty")]
    [InlineData("kty", "\"ec\"", "unknown kty")]
    [InlineData("kty", "\"oct\"", "symmetric")]
    [InlineData("crv", null, "unknown curve")]
    [InlineData("crv", "\"secp256k1\"", "unknown curve")]
    [InlineData("crv", "\"P-384\"", "curve and alg disagree")]
    [InlineData("alg", "\"ES384\"", "curve and alg disagree")]
    [InlineData("alg", "\"RS256\"", "curve and alg disagree")]
    [InlineData("alg", "null", "curve and alg disagree")]
    [InlineData("x", null, "x or y is missing or of the wrong length")]
    [InlineData("x", "\"AQAB\"", "x or y is missing or of the wrong length")]
    [InlineData("y", "\"not base64url!\"", "x or y is missing or of the wrong length")]
    [InlineData("y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", "not a point of its curve")]
    public void Leaves_an_EC_key_out(string member, string? value, string why) => LeftOut("ES256", member, value, why);

    [Theory]
    [InlineData("n", null, "n or e is missing or not base64url")]
    [InlineData("n", "\"a+b/\"", "n or e is missing or not base64url")]
    [InlineData("n", "\"\"", "RSA key size")]
    [InlineData("n", "\"AQAB\"", "RSA key size")]
    [InlineData("e", null, "n or e is missing or not base64url")]
    [InlineData("e", "\"\"", "n or e is missing or not base64url")]
    [InlineData("e", "\"AQAAAAAAAAAB\"", "n or e is missing or not base64url")]
    [InlineData("e", "\"AQ\"", "RSA exponent")]
    [InlineData("e", "\"Ag\"", "RSA exponent")]
    [InlineData("e", "\"AAE\"", "RSA exponent")]
    [InlineData("e", "\"AAAAAAAAAAE\"", "RSA exponent")]
    [InlineData("e", "\"AAAA\"", "RSA exponent")]
    [InlineData("alg", "null", "alg is not one of the issuer's Algorithms for RSA")]
    [InlineData("alg", "7", "alg is not one of the issuer's Algorithms for RSA")]
    [InlineData("alg", "\"\"", "alg is not one of the issuer's Algorithms for RSA")]
    [InlineData("alg", "\"HS256\"", "alg is not one of the issuer's Algorithms for RSA")]
    [InlineData("alg", "\"ES256\"", "alg is not one of the issuer's Algorithms for RSA")]
    [InlineData("alg", "\"RSA-OAEP\"", "alg is not one of the issuer's Algorithms for RSA")]
    public void Leaves_an_RSA_key_out(string member, string? value, string why) => LeftOut("RS256", member, value, why);

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    public void Leaves_out_an_RSA_key_of_under_2048_bits_whatever_zeros_stand_before_it(int bits)
    {
        using var rsa = RSA.Create(bits);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var jwk = Jose.Jwk("RS256", rsa);
        jwk["n"] = Jose.Encode([.. new byte[200], .. parameters.Modulus!]);

        LeftOut(jwk, "RSA key size");
        LeftOut(Jose.Jwk("RS256", rsa), "RSA key size");
    }

    [Fact]
    public void Leaves_out_every_key_of_a_kid_that_comes_twice()
    {
        var (keys, leftOut) = Read(Jose.Jwks(Jose.Jwk("ES256"), Jose.Jwk("ES384"), Jose.Jwk("ES256", Jose.P256)));

        Assert.Equal("ES384-key", Assert.Single(keys).KeyId);
        Assert.Equal(["key 0 (kid ES256-key): kid comes twice", "key 2 (kid ES256-key): kid comes twice"], leftOut);
    }

    /// <summary>The unfit one may be the provider's older key, and tokens that name it mean one of the two.</summary>
    [Fact]
    public void Leaves_out_every_key_of_a_kid_that_comes_twice_though_only_one_is_fit()
    {
        var unfit = Jose.Jwk("ES256");
        unfit["use"] = "enc";

        Assert.Equal("ES384-key", Assert.Single(Read(Jose.Jwks(Jose.Jwk("ES256"), unfit, Jose.Jwk("ES384"))).Keys).KeyId);
    }

    [Fact]
    public void Leaves_out_a_key_for_an_algorithm_that_the_issuer_does_not_list() =>
        Assert.Equal(["key 1 (kid ES384-key): alg is not one of the issuer's Algorithms"], Read(Jose.Jwks(Jose.Jwk("ES256"), Jose.Jwk("ES384")), "ES256").LeftOut);

    [Fact]
    public void Shows_no_kid_that_could_forge_a_log_line()
    {
        var bad = Jose.Jwk("ES384");
        (bad["kid"], bad["use"]) = ("a\nb", "enc");

        Assert.Equal(["key 1 (kid not shown): not for signatures (use)"], Read(Jose.Jwks(Jose.Jwk("ES256"), bad)).LeftOut);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\": {}}")]
    [InlineData("{\"keys\": []}")]
    [InlineData("{\"keys\": [1, null, \"x\", []]}")]
    [InlineData("{\"Keys\": [" + RfcRsa + "]}")]
    [InlineData("{\"keys\": [" + RfcRsa + "], \"keys\": [" + RfcRsa + "]}")]
    [InlineData("{\"keys\": [" + RfcOct + "]}")]
    [InlineData("{\"keys\": [{\"kty\": \"EC\", \"kid\": \"1\", \"key_ops\": [\"\\ud800\"]}]}")]
    [InlineData("{\"keys\": [" + RfcRsa + "]")]
    [InlineData("{\"keys\": [" + RfcRsa + "], \"\\ud800\": 1}")]
    public void Refuses_what_is_no_key_set_or_has_no_usable_key(string json) => Assert.Throws<InvalidDataException>(() => Read(json));

    [Fact]
    public void Refuses_more_than_100_keys() => Assert.Throws<InvalidDataException>(() => Read(Jose.Jwks([.. Enumerable.Repeat(Jose.Jwk("ES256"), 101)])));

    private static void LeftOut(string algorithm, string member, string? value, string why)
    {
        var jwk = Jose.Jwk(algorithm);
        if (value is null)
            jwk.Remove(member);
        else
            jwk[member] = JsonNode.Parse(value);
        LeftOut(jwk, why);
    }

    private static void LeftOut(JsonObject jwk, string why)
    {
        var (keys, leftOut) = Read(Jose.Jwks(jwk, JsonNode.Parse(RfcRsa)));

        Assert.Equal("2011-04-29", Assert.Single(keys).KeyId);
        Assert.EndsWith($": {why}", Assert.Single(leftOut), StringComparison.Ordinal);
    }

    private static (IReadOnlyList<SigningKey> Keys, IReadOnlyList<string> LeftOut) Read(string json, params string[] algorithms) =>
        JwksReader.Read(Encoding.UTF8.GetBytes(json), Issuers.Options(algorithms: algorithms.Length == 0 ? null : algorithms));
}
