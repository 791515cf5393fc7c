using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Browser;

/// <summary>Whose pages may call, and what they may read.</summary>
public sealed class CorsTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public CorsTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("/v1/check")]
    [InlineData("/v1/event")]
    [InlineData("/v1/register-agent-run")]
    public async Task Grants_a_preflight_without_asking_upstream(string path)
    {
        var answer = await proxy.AskAsync(Preflight(path));

        Assert.Equal(204, answer.Status);
        AnswerAssert.Common(answer, ProxyUnderTest.Origin);
        Assert.Equal("POST", answer.Header("access-control-allow-methods"));
        Assert.Equal("600", answer.Header("access-control-max-age"));
        Assert.Null(answer.Header("proxy-status"));
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
    }

    /// <summary>A page that asks for more is told what there is; the browser then refuses.</summary>
    [Theory]
    [InlineData("x-api-key")]
    [InlineData("authorization,cookie,x-http-method-override")]
    [InlineData("*")]
    public async Task Grants_only_the_listed_headers(string wanted)
    {
        var answer = await proxy.AskAsync(Preflight("/v1/check").With("Access-Control-Request-Headers", wanted));

        Assert.DoesNotContain("x-api-key", answer.Header("access-control-allow-headers"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("*", answer.Header("access-control-allow-headers"), StringComparison.Ordinal);
        Assert.DoesNotContain("cookie", answer.Header("access-control-allow-headers"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("override", answer.Header("access-control-allow-headers"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Grants_neither_credentials_nor_private_network_access()
    {
        var answer = await proxy.AskAsync(Preflight("/v1/check").With("Access-Control-Request-Private-Network", "true"));

        Assert.Null(answer.Header("access-control-allow-credentials"));
        Assert.Null(answer.Header("access-control-allow-private-network"));
    }

    [Fact]
    public async Task Asks_a_preflight_for_no_token_and_reads_none_of_its_body()
    {
        var answer = await proxy.AskAsync(Preflight("/v1/check").With("Authorization", "Bearer x").With("Content-Type", "application/json").WithBody("{}"));

        Assert.Equal(204, answer.Status);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Theory]
    [InlineData("https://one.example", true)]
    [InlineData("https://two.example:8443", true)]
    [InlineData("https://two.example", false)]
    [InlineData("https://app.example", false)]
    public async Task Knows_exactly_the_configured_origins(string origin, bool listed)
    {
        await using var other = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Browser:Origins:0"] = "https://one.example";
            setup.Settings["Fabraix:Browser:Origins:1"] = "https://two.example:8443";
        });
        var answer = await other.AskAsync(other.Post().With("Origin", origin));

        if (listed) AnswerAssert.Common(answer, origin);
        else AnswerAssert.Error(answer, "origin_not_allowed");
        Assert.Equal(listed ? 1 : 0, other.Upstream.RequestCount);
    }

    [Fact]
    public async Task Refuses_a_request_without_an_origin_where_one_is_required()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Browser:RequireOrigin"] = "true");

        AnswerAssert.Error(await other.AskAsync(other.Post()), "origin_not_allowed");
        AnswerAssert.Error(await other.AskAsync(other.Post().With("Sec-Fetch-Site", "same-origin")), "origin_not_allowed");
        Assert.Equal(0, other.Upstream.RequestCount);
        Assert.Equal(200, (await other.AskAsync(other.Post().With("Origin", ProxyUnderTest.Origin))).Status);
    }

    [Fact]
    public async Task Judges_the_origin_before_the_token()
    {
        var answer = await proxy.AskAsync(proxy.Post().Without("Authorization").With("Origin", "https://evil.example"));

        AnswerAssert.Error(answer, "origin_not_allowed");
    }

    private static RequestText Preflight(string path) => new RequestText("OPTIONS", path).With("Host", "proxy.example")
        .With("Origin", ProxyUnderTest.Origin).With("Access-Control-Request-Method", "POST");
}
