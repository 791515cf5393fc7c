namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Section 3.2, use appropriate algorithms. Which ones an operator may list: <c>Configuration</c>'s tests.</summary>
public sealed class AppropriateAlgorithmsTests : TokenCases
{
    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    [InlineData("Ed448")]
    [InlineData("ES256K")]
    [InlineData("RS1")]
    [InlineData("ML-DSA-65")]
    [InlineData("RSA1_5")]
    [InlineData("RSA-OAEP")]
    [InlineData("dir")]
    [InlineData("A128KW")]
    [InlineData("ECDH-ES")]
    [InlineData("PBES2-HS256+A128KW")]
    public async Task Refuses_every_other_registered_algorithm_whatever_signed(string algorithm)
    {
        foreach (var used in new[] { "ES256", "RS256" })
        {
            var header = Jose.Header(used);
            header["alg"] = algorithm;
            await RefusedAsync(Algorithm, Jose.Sign(header.ToJsonString(), Jose.Claims().ToJsonString(), used));
        }
    }

    /// <summary>RFC 8037 appendix A.4: EdDSA is not in the platform, and neither its algorithm nor its key is taken.</summary>
    [Fact]
    public async Task Refuses_EdDSA()
    {
        const string Example = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        var key = System.Text.Json.Nodes.JsonNode.Parse("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"ed","use":"sig"}""");
        var validator = Trusting(Issuers.Options(KeyFile("okp.json", key, Jose.Jwk("ES256"))));
        var header = Jose.Encode("""{"alg":"EdDSA","kid":"ed"}""");

        await RefusedAsync(Shape, Example, validator);
        await RefusedAsync(Algorithm, $"{header}.{Jose.Encode(Jose.Claims().ToJsonString())}.{Example.Split('.')[2]}", validator);
        await RefusedAsync(KeyId, Jose.Token(header: h => h["kid"] = "ed"), validator);
    }
}
