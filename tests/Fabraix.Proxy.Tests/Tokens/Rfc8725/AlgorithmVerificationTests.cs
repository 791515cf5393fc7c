using System.Security.Cryptography;
using System.Text;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Section 3.1, perform algorithm verification; sections 2.1 and, in the draft, 2.11 say what happens without.</summary>
public sealed class AlgorithmVerificationTests : TokenCases
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("noNE")]
    [InlineData("none ")]
    [InlineData(" none")]
    [InlineData("none\0")]
    [InlineData("n\u00f6ne")]
    [InlineData("null")]
    public async Task Refuses_a_token_that_says_it_is_not_signed(string none)
    {
        var header = Jose.Header();
        header["alg"] = none;
        var input = $"{Jose.Encode(header.ToJsonString())}.{Jose.Encode(Jose.Claims().ToJsonString())}";

        await RefusedAsync(Shape, $"{input}.");
        await RefusedAsync(Algorithm, $"{input}.AAAA");
        await RefusedAsync(Algorithm, Jose.Sign(header.ToJsonString(), Jose.Claims().ToJsonString(), "ES256"));
    }

    [Theory]
    [InlineData("es256")]
    [InlineData("Es256")]
    [InlineData("ES256 ")]
    [InlineData("ES-256")]
    [InlineData("SHA256withECDSA")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")]
    public async Task Refuses_another_spelling_of_an_accepted_name(string algorithm) => await RefusedAsync(Algorithm, Jose.Token(header: header => header["alg"] = algorithm));

    /// <summary>The public key as an HMAC secret, in every form that a library might take it in.</summary>
    [Theory]
    [InlineData("HS256", "RS256")]
    [InlineData("HS384", "RS384")]
    [InlineData("HS512", "PS512")]
    [InlineData("HS256", "ES256")]
    [InlineData("HS512", "ES512")]
    public async Task Refuses_an_HMAC_with_the_public_key(string hmac, string key)
    {
        var header = Jose.Header(key);
        header["alg"] = hmac;
        var input = $"{Jose.Encode(header.ToJsonString())}.{Jose.Encode(Jose.Claims().ToJsonString())}";
        var algorithm = Jose.KeyFor(key);
        var pem = algorithm.ExportSubjectPublicKeyInfoPem();
        foreach (var secret in new[] { Encoding.ASCII.GetBytes(pem), Encoding.ASCII.GetBytes(pem + "\n"), algorithm.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(Jose.Jwk(key).ToJsonString()), [] })
        {
            var mac = hmac switch
            {
                "HS256" => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)),
                "HS384" => HMACSHA384.HashData(secret, Encoding.ASCII.GetBytes(input)),
                _ => HMACSHA512.HashData(secret, Encoding.ASCII.GetBytes(input)),
            };
            await RefusedAsync(Algorithm, $"{input}.{Jose.Encode(mac)}");
        }
    }

    [Theory]
    [InlineData("PS256", "RS256")]
    [InlineData("RS256", "PS256")]
    [InlineData("RS512", "RS256")]
    [InlineData("ES256", "ES384")]
    [InlineData("ES512", "ES256")]
    [InlineData("RS256", "ES256")]
    public async Task Refuses_a_key_used_with_another_algorithm_than_its_own(string used, string named) =>
        await RefusedAsync(Algorithm, Jose.Token(header: header => header["kid"] = $"{named}-key", algorithm: used));

    /// <summary>The header names the key's own algorithm, and the signature was made with another.</summary>
    [Theory]
    [InlineData("RS256", "PS256")]
    [InlineData("PS256", "RS256")]
    [InlineData("RS256", "RS384")]
    [InlineData("PS384", "PS512")]
    public async Task Refuses_a_signature_of_another_algorithm_than_the_header_names(string named, string used) =>
        await RefusedAsync(Signature, Jose.Sign(Jose.Header(named).ToJsonString(), Jose.Claims().ToJsonString(), used));

    [Fact]
    public async Task Refuses_an_algorithm_that_the_issuer_does_not_list()
    {
        var validator = Trusting(Issuers.Options(KeyFile("some.json", Jose.Jwk("ES256"), Jose.Jwk("RS256")), algorithms: ["RS256"]));

        await RefusedAsync(Algorithm, Jose.Token(), validator);
        await AcceptedAsync(Jose.Token(algorithm: "RS256"), validator);
    }
}
