using System.Text.Json.Nodes;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>The mint's tokens are what they claim to be by another library's word as well: jose, of npm.</summary>
public sealed class JoseTests : IDisposable
{
    private readonly TestMint mint = new();

    public void Dispose() => mint.Dispose();

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("PS512")]
    public async Task Verifies_each_token_by_the_published_keys(string algorithm)
    {
        await using var proxy = await StartAsync(algorithm);
        var token = await mint.MintAsync(proxy, ("subject", "Zoë"), ("scope", "check:write"), ("claims", """{"tenant": 7}"""));

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        Assert.Equal($$"""{"alg":"{{algorithm}}","sub":"Zoë","scope":"check:write"}""", await VerifyAsync(proxy, token));
    }

    [Fact]
    public async Task Refuses_one_that_was_changed()
    {
        await using var proxy = await StartAsync("ES256");
        var parts = (await mint.MintAsync(proxy)).Split('.');
        var other = (await mint.MintAsync(proxy, ("subject", "user-2"))).Split('.');

        Assert.Equal("""{"error":"ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}""", await VerifyAsync(proxy, $"{parts[0]}.{other[1]}.{parts[2]}"));
    }

    private Task<ProxyUnderTest> StartAsync(string algorithm)
    {
        mint.Write(algorithm[0] == 'E' ? TestKey.Ec(algorithm) : TestKey.Rsa());
        return ProxyUnderTest.StartAsync(setup =>
        {
            mint.Into(setup);
            setup.Settings["Fabraix:Tokens:Issuers:main:Algorithms:0"] = algorithm;
        });
    }

    private static async Task<string> VerifyAsync(ProxyUnderTest proxy, string token)
    {
        var question = new JsonObject
        {
            ["jwks"] = JsonNode.Parse((await proxy.ManageAsync("/.well-known/jwks.json")).Body),
            ["token"] = token,
            ["issuer"] = proxy.Issuer.Name,
            ["audience"] = proxy.Issuer.Audience,
        };
        return await Scripts.NodeAsync(Scripts.Folder, "verify.js", question.ToJsonString());
    }
}
