using System.Security.Cryptography;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>
/// Sections 3.3 to 3.6: validate all cryptographic operations and their inputs, keys of enough entropy, no compression. Degenerate signatures and keys:
/// <see cref="SigningKeyTests"/>, <see cref="JwksReaderTests"/>; members of the header: <see cref="TokenHeaderTests"/>.
/// </summary>
public sealed class CryptographicOperationsTests : TokenCases
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES256")]
    [InlineData("ES512")]
    public async Task Refuses_a_token_with_one_bit_of_anything_changed(string algorithm)
    {
        var parts = Jose.Token(algorithm: algorithm).Split('.');
        for (var part = 0; part < 3; part++)
        {
            var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[part]);
            foreach (var at in new[] { 0, bytes.Length / 3, bytes.Length / 2, bytes.Length - 1 })
            {
                bytes[at] ^= 1;
                Assert.Null((await JudgeAsync(string.Join('.', parts.Select((text, i) => i == part ? Jose.Encode(bytes) : text)))).Caller);
                bytes[at] ^= 1;
            }
        }

        await AcceptedAsync(string.Join('.', parts));
    }

    [Fact]
    public async Task Refuses_a_token_of_another_key_under_a_known_kid()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await RefusedAsync(Signature, Jose.Token(key: other));
    }

    /// <summary>The draft's section 3.3: a JWE is told from a JWS, and a nested token's outer signature says nothing of its inner one.</summary>
    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData(null)]
    public async Task Refuses_a_nested_token(string? contentType)
    {
        var header = Jose.Header();
        if (contentType is not null)
            header["cty"] = contentType;

        await RefusedAsync(Shape, Jose.Sign(header.ToJsonString(), Jose.Token(), "ES256"));
        await RefusedAsync(Shape, Jose.Sign(header.ToJsonString(), $"\"{Jose.Token()}\"", "ES256"));
    }

    [Fact]
    public async Task Refuses_an_encrypted_token()
    {
        var part = Jose.Encode(Jose.Claims().ToJsonString());
        foreach (var header in new[] { """{"alg":"dir","enc":"A128GCM","kid":"ES256-key"}""", """{"alg":"RSA-OAEP","enc":"A256GCM","kid":"RS256-key"}""" })
        {
            await RefusedAsync(Shape, $"{Jose.Encode(header)}.{part}.AAAA.{part}.AAAA");
            await RefusedAsync(Shape, $"{Jose.Encode(header)}..AAAA.{part}.AAAA");
            await RefusedAsync(Member, Jose.Sign(header, Jose.Claims().ToJsonString(), "ES256"));
        }
    }

    [Theory]
    [InlineData("ES256", "zip", "\"DEF\"")]
    [InlineData("ES256", "crit", "[\"exp\"]")]
    [InlineData("ES256", "b64", "true")]
    [InlineData("RS256", "enc", "\"A128GCM\"")]
    public async Task Refuses_a_member_that_changes_what_is_signed_although_the_signature_holds(string algorithm, string member, string value) =>
        await RefusedAsync(Member, Jose.Token(header: header => header[member] = System.Text.Json.Nodes.JsonNode.Parse(value), algorithm: algorithm));

    /// <summary>RFC 7797: the payload as it is, unencoded.</summary>
    [Fact]
    public async Task Refuses_an_unencoded_payload() => await RefusedAsync(Shape, $"{Jose.Encode("""{"alg":"ES256","b64":false,"crit":["b64"],"kid":"ES256-key"}""")}.{Jose.Claims().ToJsonString()}.AAAA");

    /// <summary>Section 3.5 and RFC 7518 section 3.3: keys that could be broken are not among the keys.</summary>
    [Fact]
    public async Task Refuses_a_good_signature_of_a_weak_or_symmetric_key()
    {
        using var weak = RSA.Create(1024);
        var jwk = Jose.Jwk("RS256", weak);
        jwk["kid"] = "weak";
        var symmetric = System.Text.Json.Nodes.JsonNode.Parse("""{"kty":"oct","kid":"symmetric","alg":"HS256","k":"c2VjcmV0"}""");
        var validator = Trusting(Issuers.Options(KeyFile("weak.json", jwk, symmetric, Jose.Jwk("ES256"))));

        await RefusedAsync(KeyId, Jose.Token(header: header => header["kid"] = "weak", algorithm: "RS256", key: weak), validator);
        var input = $"{Jose.Encode("""{"alg":"HS256","kid":"symmetric"}""")}.{Jose.Encode(Jose.Claims().ToJsonString())}";
        await RefusedAsync(Algorithm, $"{input}.{Jose.Encode(HMACSHA256.HashData("secret"u8, System.Text.Encoding.ASCII.GetBytes(input)))}", validator);
        await AcceptedAsync(Jose.Token(), validator);
    }
}
