using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens.Dpop;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>RFC 9449 section 4.3, checks 2 to 5 and 7: what can be said of a proof without its request.</summary>
public sealed class ProofTests : IDisposable
{
    private const string Shape = "dpop: the proof is not a compact JWS in canonical base64url with strict JSON, of at most 4 KiB";

    private readonly ProofMaker _maker = new();

    public void Dispose() => _maker.Key.Dispose();

    /// <summary>Section 7.1; the signature is RFC 9449's own.</summary>
    [Fact]
    public void Reads_the_proof_of_RFC_9449_for_a_resource()
    {
        var (proof, broken) = OwnProof.Read(Rfc9449.ResourceProof);

        Assert.Null(broken);
        Assert.Equal(("e1j3V_bKic8-LAEB", "GET", "https://resource.example.org/protectedresource", 1562262618, null), (proof!.Id, proof.Method, proof.Target, proof.IssuedAt, proof.Nonce));
        Assert.Equal(("ES256", Rfc9449.Thumbprint), (proof.Key.Algorithm, proof.Thumbprint.Value));
        Assert.True(proof.Key.Verifies(Rfc9449.ResourceProof));
        Assert.True(proof.Key.Verifies(Rfc9449.TokenRequestProof));
    }

    /// <summary>A resource needs ath (section 4.2), which the proof of figure 2 has not: it is for a token endpoint.</summary>
    [Fact]
    public void Refuses_the_proof_of_RFC_9449_for_a_token_endpoint() => Refused("dpop: ath is missing or not a string", Rfc9449.TokenRequestProof);

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public void Reads_and_verifies_every_algorithm(string algorithm)
    {
        using var key = algorithm[0] == 'E' ? TestKey.Ec(algorithm) : TestKey.Rsa(algorithm);
        var text = new ProofMaker(key).Make("POST", "https://proxy.example/v1/check", "a.b.c", nonce: "n");

        var (proof, broken) = OwnProof.Read(text);

        Assert.Null(broken);
        Assert.Equal((algorithm, "n"), (proof!.Key.Algorithm, proof.Nonce));
        Assert.True(proof.Key.Verifies(text));
        Assert.False(proof.Key.Verifies(text[..^8] + "AAAAAAAA"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.AA.AA.AA")]
    public void Refuses_what_is_no_JWS(string text) => Refused(Shape, text);

    [Fact]
    public void Refuses_a_proof_that_is_spelled_otherwise()
    {
        var text = Make();
        Refused(Shape, text + "=");
        Refused(Shape, text + "," + text);
        Refused(Shape, text + " ");
        Refused(Shape, text.Replace('.', ','));
        Refused(Shape, Make(draft => draft.HeaderText = "{\"typ\":\"dpop+jwt\"," + draft.Header.ToJsonString()[1..]));
        Refused(Shape, Make(draft => draft.PayloadText = "{\"htm\":\"POST\"," + draft.Payload.ToJsonString()[1..]));
        Refused(Shape, Make(draft => draft.PayloadText = draft.Payload.ToJsonString() + "x"));
        Refused(Shape, Make(draft => draft.Claim("x", new string('a', 4096))));
    }

    [Theory]
    [InlineData("typ", null, "dpop: typ is not dpop+jwt")]
    [InlineData("typ", "\"JWT\"", "dpop: typ is not dpop+jwt")]
    [InlineData("typ", "\"at+jwt\"", "dpop: typ is not dpop+jwt")]
    [InlineData("typ", "\"DPoP+JWT\"", "dpop: typ is not dpop+jwt")]
    [InlineData("typ", "\"application/dpop+jwt\"", "dpop: typ is not dpop+jwt")]
    [InlineData("typ", "[\"dpop+jwt\"]", "dpop: typ is not dpop+jwt")]
    [InlineData("alg", null, "dpop: alg is not accepted")]
    [InlineData("alg", "\"none\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"None\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"HS256\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"EdDSA\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"ES256K\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"es256\"", "dpop: alg is not accepted")]
    [InlineData("alg", "\"\"", "dpop: alg is not accepted")]
    [InlineData("alg", "7", "dpop: alg is not accepted")]
    [InlineData("alg", "\"ES384\"", "dpop: jwk is not usable (alg is not one of the issuer's Algorithms)")]
    [InlineData("alg", "\"RS256\"", "dpop: jwk is not usable (alg is not one of the issuer's Algorithms)")]
    [InlineData("jwk", null, "dpop: no jwk")]
    [InlineData("jwk", "null", "dpop: no jwk")]
    [InlineData("jwk", "\"x\"", "dpop: no jwk")]
    [InlineData("jwk", "[]", "dpop: no jwk")]
    [InlineData("jwk", "{}", "dpop: jwk is not usable (unknown kty)")]
    [InlineData("crit", "[\"b64\"]", "dpop: header member that is never accepted")]
    [InlineData("b64", "false", "dpop: header member that is never accepted")]
    [InlineData("jku", "\"https://evil.example/jwks.json\"", "dpop: header member that is never accepted")]
    [InlineData("x5u", "\"https://evil.example/\"", "dpop: header member that is never accepted")]
    [InlineData("x5c", "[]", "dpop: header member that is never accepted")]
    [InlineData("enc", "\"A128GCM\"", "dpop: header member that is never accepted")]
    [InlineData("zip", "\"DEF\"", "dpop: header member that is never accepted")]
    public void Refuses_a_header(string member, string? value, string rule) => Refused(rule, Make(draft => Set(draft.Header, member, value)));

    [Theory]
    [InlineData("d", "published with its private part")]
    [InlineData("p", "published with its private part")]
    [InlineData("q", "published with its private part")]
    [InlineData("dp", "published with its private part")]
    [InlineData("dq", "published with its private part")]
    [InlineData("qi", "published with its private part")]
    [InlineData("oth", "published with its private part")]
    [InlineData("k", "published with its private part")]
    [InlineData("x", "x or y is missing or of the wrong length")]
    [InlineData("y", "x or y is missing or of the wrong length")]
    [InlineData("crv", "unknown curve")]
    [InlineData("kty", "unknown kty")]
    [InlineData("use", "not for signatures (use)")]
    [InlineData("key_ops", "not for verifying (key_ops)")]
    [InlineData("alg", "curve and alg disagree")]
    public void Refuses_a_key(string member, string why) => Refused($"dpop: jwk is not usable ({why})", Make(draft => draft.Header["jwk"]![member] = "AQAB"));

    [Fact]
    public void Refuses_a_point_that_is_not_on_the_curve() =>
        Refused("dpop: jwk is not usable (not a point of its curve)", Make(draft => draft.Header["jwk"]!["y"] = new string('A', 43)));

    [Fact]
    public void Refuses_a_symmetric_key() =>
        Refused("dpop: jwk is not usable (symmetric)", Make(draft => draft.Header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "AQAB" }));

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    public void Refuses_a_small_RSA_key(int bits)
    {
        using var key = TestKey.Rsa(bits: bits);

        Refused("dpop: jwk is not usable (RSA key size)", new ProofMaker(key).Make("POST", "https://proxy.example/", "t"));
    }

    /// <summary>Keys that no reader can tell for broken: nothing is ever signed with them, and no exception escapes.</summary>
    [Theory]
    [InlineData(0x80, 0x00, "AQAB")]
    [InlineData(0xFF, 0xFE, "AQAB")]
    [InlineData(0xFF, 0xFF, "__________8")]
    [InlineData(0x80, 0x01, "Aw")]
    public void Believes_no_RSA_key_that_nobody_can_have(int first, int last, string exponent)
    {
        using var key = TestKey.Rsa();
        var modulus = new byte[256];
        (modulus[0], modulus[^1]) = ((byte)first, (byte)last);
        var text = new ProofMaker(key).Make("POST", "https://proxy.example/", "t", change: draft =>
            (draft.Header["jwk"]!["n"], draft.Header["jwk"]!["e"]) = (TestKey.Base64Url(modulus), exponent));

        Assert.False(OwnProof.Read(text).Proof?.Key.Verifies(text) ?? false);
    }

    /// <summary>The platform checks whether a point is on its curve when it makes a key: so far no stranger's comes.</summary>
    [Fact]
    public void Makes_no_key_of_what_is_not_the_tokens()
    {
        using var confirmation = System.Text.Json.JsonDocument.Parse(_maker.Confirmation.ToJsonString());
        Assert.True(Thumbprint.TryRead(confirmation.RootElement, out var bound));

        Assert.NotNull(Proof.Read(Make(), bound).Proof);
        Assert.Equal("dpop: the key is not the token's", Proof.Read(Make(draft => draft.Header["jwk"]!["y"] = new string('A', 43)), bound).Broken);
        Assert.Equal("dpop: the key is not the token's", Proof.Read(Rfc9449.ResourceProof, bound).Broken);
    }

    [Theory]
    [InlineData(512, "AQAB", true)]
    [InlineData(512, "_____w", true)]
    [InlineData(513, "AQAB", false)]
    [InlineData(1024, "AQAB", false)]
    [InlineData(512, "AQAAAAE", false)]
    public void Reads_no_RSA_key_of_more_than_4096_bits_or_with_a_long_exponent(int bytes, string exponent, bool good)
    {
        using var key = TestKey.Rsa();
        var modulus = new byte[bytes];
        Array.Fill(modulus, (byte)0xFF);
        var text = new ProofMaker(key).Make("POST", "https://proxy.example/", "t", change: draft =>
            (draft.Header["jwk"]!["n"], draft.Header["jwk"]!["e"]) = (TestKey.Base64Url(modulus), exponent));

        Assert.Equal(good ? null : "dpop: jwk is RSA of more than 4096 bits, or with an exponent of more than 4 bytes", OwnProof.Read(text).Broken);
    }

    [Theory]
    [InlineData("jti", null, "dpop: jti is missing, not a string or too long")]
    [InlineData("jti", "\"\"", "dpop: jti is missing, not a string or too long")]
    [InlineData("jti", "7", "dpop: jti is missing, not a string or too long")]
    [InlineData("jti", "[\"a\"]", "dpop: jti is missing, not a string or too long")]
    [InlineData("htm", null, "dpop: htm is missing or not a string")]
    [InlineData("htm", "[\"POST\"]", "dpop: htm is missing or not a string")]
    [InlineData("htu", null, "dpop: htu is missing or not a string")]
    [InlineData("htu", "{}", "dpop: htu is missing or not a string")]
    [InlineData("iat", null, "dpop: iat is missing or not a date")]
    [InlineData("iat", "\"1767323045\"", "dpop: iat is missing or not a date")]
    [InlineData("iat", "-1", "dpop: iat is missing or not a date")]
    [InlineData("iat", "1e300", "dpop: iat is missing or not a date")]
    [InlineData("iat", "null", "dpop: iat is missing or not a date")]
    [InlineData("ath", null, "dpop: ath is missing or not a string")]
    [InlineData("ath", "false", "dpop: ath is missing or not a string")]
    [InlineData("nonce", "null", "dpop: nonce is not a string")]
    [InlineData("nonce", "5", "dpop: nonce is not a string")]
    public void Refuses_claims(string member, string? value, string rule) => Refused(rule, Make(draft => Set(draft.Payload, member, value)));

    [Fact]
    public void Refuses_a_long_jti()
    {
        Refused("dpop: jti is missing, not a string or too long", Make(draft => draft.Claim("jti", new string('a', 257))));
        Assert.NotNull(OwnProof.Read(Make(draft => draft.Claim("jti", new string('a', 256)))).Proof);
    }

    [Fact]
    public void Never_prints_what_it_refuses()
    {
        var mark = Made.Name("mark");

        Assert.DoesNotContain(mark, OwnProof.Read(Make(draft => draft.Header["alg"] = mark)).Broken, StringComparison.Ordinal);
        Assert.DoesNotContain(mark, OwnProof.Read(Make(draft => draft.Header["jwk"]!["crv"] = mark)).Broken, StringComparison.Ordinal);
    }

    private string Make(Action<TokenDraft>? change = null) => _maker.Make("POST", "https://proxy.example/v1/check", "a.b.c", change: change);

    private static void Set(JsonObject part, string member, string? value)
    {
        part.Remove(member);
        if (value is not null)
            part[member] = JsonNode.Parse(value);
    }

    private static void Refused(string rule, string text)
    {
        var (proof, broken) = OwnProof.Read(text);

        Assert.Null(proof);
        Assert.Equal(rule, broken);
    }
}
