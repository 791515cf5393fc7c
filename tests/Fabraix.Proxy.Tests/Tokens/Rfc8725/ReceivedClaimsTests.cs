using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Section 3.10, do not trust received claims: no key comes from a token, and nothing in one is looked up anywhere but in a table.</summary>
public sealed class ReceivedClaimsTests : TokenCases
{
    [Theory]
    [InlineData("ES256-Key")]
    [InlineData("ES256-key ")]
    [InlineData("ES256-key\0")]
    [InlineData("../jwks.json")]
    [InlineData("/dev/null")]
    [InlineData("http://127.0.0.1/jwks.json")]
    [InlineData("x' UNION SELECT 'ES256-key")]
    [InlineData("*)(kid=*")]
    [InlineData("$(id)")]
    [InlineData("0")]
    public async Task Refuses_a_kid_that_is_not_the_very_name_of_a_key(string keyId) => await RefusedAsync(KeyId, Jose.Token(header: header => header["kid"] = keyId));

    [Fact]
    public async Task Refuses_a_strangers_key_in_the_token_under_every_kid()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = Jose.Jwk("ES256", stranger);
        foreach (var keyId in new[] { "ES256-key", "other" })
        {
            jwk["kid"] = keyId;
            await RefusedAsync(Member, Jose.Token(header: header => (header["jwk"], header["kid"]) = (jwk.DeepClone(), keyId), key: stranger));
        }
    }

    /// <summary>With the issuer's own key, so that only the member can be what is refused.</summary>
    [Fact]
    public async Task Refuses_a_good_token_that_brings_its_own_key_along() => await RefusedAsync(Member, Jose.Token(header: header => header["jwk"] = Jose.Jwk("ES256")));

    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task Asks_no_address_that_a_token_names(string member)
    {
        await using var server = new KeyServer();

        await RefusedAsync(Member, Jose.Token(header: header => (header[member], header["kid"]) = (server.Address.ToString(), "first")));

        Assert.Equal(0, server.Fetches);
    }

    [Fact]
    public async Task Refuses_a_chain_of_certificates()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=login.example.com", stranger, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Jose.Now.AddDays(-1), Jose.Now.AddDays(1));

        await RefusedAsync(Member, Jose.Token(header: header => header["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)), key: stranger));
    }
}
