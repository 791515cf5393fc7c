using System.Text.Json;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>RFC 7009, as far as it fits: a client with the right takes tokens back, and the public listener refuses them.</summary>
public sealed class RevocationTests(MintFixture fixture) : IClassFixture<MintFixture>
{
    private readonly ProxyUnderTest proxy = fixture.Proxy;
    private readonly TestMint mint = fixture.Mint;

    [Fact]
    public async Task Takes_back_a_token_that_was_in_use()
    {
        var (token, other) = (await MintAsync("one"), await MintAsync("one"));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        var answer = await RevokeAsync("token=" + token);

        Assert.Equal((200, true, "this replica, until it restarts"), (answer.Status, answer.Json.GetProperty("revoked").GetBoolean(), answer.Json.GetProperty("reach").GetString()));
        await AssertRefusedAsync(token);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: other))).Status);
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1100 && line.Field("Rule") == "token: revoked"), "the rule in the log");
    }

    [Theory]
    [InlineData("jti")]
    [InlineData("subject")]
    public async Task Takes_back_by_name(string what)
    {
        var token = await MintAsync("named-" + what);
        var name = what == "jti" ? Part(token).GetProperty("jti").GetString() : "named-" + what;
        Assert.Equal(200, (await RevokeAsync($"{what}={name}&issuer=main")).Status);

        await AssertRefusedAsync(token);
        var line = proxy.Logs.Lines.Last(line => line.Id.Id == 1703);
        Assert.Equal((TestMint.Revoker, "a " + what), (line.Field("Client"), line.Field("What")));
        Assert.DoesNotContain(name!, line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a token")]
    [InlineData("a.b.c")]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("another issuer's")]
    public async Task Says_200_of_what_is_no_live_token_and_revokes_nothing(string what)
    {
        var token = await MintAsync("victim");
        await using var stranger = new TestIssuer();
        using var other = TestKey.Ec(kid: Header(token).GetProperty("kid").GetString());
        var sent = what switch
        {
            "forged" => proxy.Issuer.Mint(draft =>
            {
                (draft.Key, draft.Header["kid"]) = (other, other.Kid);
                draft.Claim("jti", Part(token).GetProperty("jti").GetString());
            }),
            "expired" => proxy.Issuer.Mint(draft => draft.Claim("exp", 1000).Claim("iat", 900)),
            "another issuer's" => stranger.Mint(draft => draft.Claim("iss", "https://stranger.example/")),
            _ => what,
        };
        var answer = await RevokeAsync("token=" + Uri.EscapeDataString(sent));

        Assert.Equal((200, """{"revoked":false}"""), (answer.Status, answer.Text));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("token=")]
    [InlineData("token=&jti=a")]
    [InlineData("token&subject=a")]
    [InlineData("jti=a&subject=b")]
    [InlineData("token=a&jti=b")]
    [InlineData("jti=a&issuer=unknown")]
    [InlineData("subject=a&issuer=MAIN")]
    [InlineData("jti=a&jti=b")]
    public async Task Refuses_what_it_does_not_understand(string form)
    {
        var answer = await RevokeAsync(form);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Lets_nobody_revoke_who_may_only_mint()
    {
        var token = await MintAsync("kept");
        var answer = await mint.SendAsync(proxy, "/revoke", "token=" + token);

        Assert.Equal((400, "unauthorized_client"), (answer.Status, answer.Error));
        Assert.Equal(401, (await mint.SendAsync(proxy, "/revoke", "token=" + token, request => request.Headers.Authorization = null)).Status);
        Assert.Equal(403, (await mint.SendAsync(proxy, "/revoke", "token=" + token, request => request.Headers.TryAddWithoutValidation("Origin", ProxyUnderTest.Origin))).Status);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
    }

    private Task<string> MintAsync(string subject) => mint.MintAsync(proxy, ("subject", subject));

    private Task<MintAnswer> RevokeAsync(string form) =>
        mint.SendAsync(proxy, "/revoke", form, request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret));

    private async Task AssertRefusedAsync(string token) => AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_invalid");

    private static JsonElement Header(string token) => Decoded(token.Split('.')[0]);

    private static JsonElement Part(string token) => Decoded(token.Split('.')[1]);

    private static JsonElement Decoded(string part) => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(part));
}
