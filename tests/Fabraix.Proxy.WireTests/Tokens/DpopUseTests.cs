using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>What "off", "accept" and "require" mean for a page.</summary>
public sealed class DpopUseTests
{
    private readonly TestClock time = new();

    [Fact]
    public async Task Off_knows_neither_the_scheme_nor_a_bound_token()
    {
        await using var dpop = await DpopProxy.StartAsync(time, "off");
        var token = dpop.Token();

        AnswerAssert.Error(await dpop.AskAsync(token, dpop.Proof(token)), "token_missing");
        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Proxy.Post(token: token)), "token_invalid");
        Assert.DoesNotContain("dpop", await AllowedHeadersAsync(dpop.Proxy), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, dpop.Proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Require_takes_no_token_that_is_not_bound()
    {
        await using var dpop = await DpopProxy.StartAsync(time, "require");
        var bound = dpop.Token();

        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Proxy.Post()), "token_invalid");
        Assert.Equal(0, dpop.Proxy.Upstream.RequestCount);
        Assert.Equal(200, (await dpop.AskAsync(bound, dpop.Proof(bound))).Status);
    }

    [Theory]
    [InlineData("accept", "Bearer, DPoP " + DpopProxy.Algorithms)]
    [InlineData("require", "DPoP " + DpopProxy.Algorithms)]
    public async Task Tells_a_page_without_a_token_what_would_be_accepted(string use, string challenge)
    {
        await using var dpop = await DpopProxy.StartAsync(time, use);

        var answer = await dpop.Proxy.AskAsync(dpop.Proxy.Post().Without("Authorization"));

        Assert.Equal((401, "token_missing", challenge), (answer.Status, answer.Error?.Code, answer.Header("www-authenticate")));
    }

    [Fact]
    public async Task Lets_pages_send_a_proof_where_it_is_on()
    {
        await using var dpop = await DpopProxy.StartAsync(time);

        Assert.EndsWith(", dpop", await AllowedHeadersAsync(dpop.Proxy), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_each_issuers_own()
    {
        await using var second = new TestIssuer(time, "https://second.example/");
        await using var dpop = await DpopProxy.StartAsync(time, "require", change: setup =>
        {
            setup.Settings["Fabraix:Tokens:Issuers:second:Issuer"] = second.Name;
            setup.Settings["Fabraix:Tokens:Issuers:second:Audiences:0"] = second.Audience;
            setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = "file:" + second.JwksFile;
        });
        var theirs = second.Mint(draft => draft.Claim("cnf", dpop.Page.Confirmation));

        Assert.Equal(200, (await dpop.Proxy.AskAsync(dpop.Proxy.Post(token: second.Mint()))).Status);
        await dpop.RefusedAsync(dpop.Post(theirs, dpop.Proof(theirs)), "invalid_token", "token: bound to a key (cnf), and no proof of possession is accepted");
        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Proxy.Post(token: theirs)), "token_invalid");
        AnswerAssert.Error(await dpop.Proxy.AskAsync(dpop.Proxy.Post()), "token_invalid");
    }

    private static async Task<string> AllowedHeadersAsync(ProxyUnderTest proxy) => (await proxy.AskAsync(new RequestText("OPTIONS", "/v1/check").With("Host", proxy.Address.Authority)
        .With("Origin", ProxyUnderTest.Origin).With("Access-Control-Request-Method", "POST").With("Access-Control-Request-Headers", "authorization,content-type,dpop"))).Header("access-control-allow-headers")!;
}
