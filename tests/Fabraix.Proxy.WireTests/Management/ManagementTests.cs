using System.Text.Json;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>The second listener: health and metrics, and nothing of it through the first.</summary>
public sealed class ManagementTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public ManagementTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("/healthz/live", "live")]
    [InlineData("/healthz/ready", "ready")]
    public async Task Says_that_all_is_well(string path, string status)
    {
        var answer = await proxy.ManageAsync(path);

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.Header("content-type"));
        Assert.Equal("no-store", answer.Header("cache-control"));
        Assert.Null(answer.Header("server"));
        Assert.Equal(status, JsonDocument.Parse(answer.Body).RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("/status")]
    [InlineData("/status/")]
    [InlineData("/healthz")]
    [InlineData("/HEALTHZ/LIVE")]
    [InlineData("/healthz/live/")]
    [InlineData("/metrics/")]
    [InlineData("/v1/check")]
    [InlineData("/debug")]
    public async Task Knows_no_other_path(string path)
    {
        var answer = await proxy.ManageAsync(path);

        Assert.Equal(404, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Forwards_nothing()
    {
        await using var client = await RawClient.ConnectAsync(proxy.Management);
        var answer = await client.AskAsync(proxy.Post().ToString());

        Assert.InRange(answer.Status, 400, 499);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/metrics")]
    public async Task Cannot_be_reached_through_the_public_listener(string path)
    {
        var request = new RequestText("GET", path).With("Host", proxy.Management.Authority).With("X-Forwarded-Port", proxy.Management.Port.ToString());

        AnswerAssert.Error(await proxy.AskAsync(request), "route_not_found");
    }

    [Fact]
    public async Task Is_not_ready_without_a_key()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Keys:default:Secret"] = "file:" + setup.KeyFile + ".none");
        await AssertNotReadyAsync(other, "default");
    }

    [Fact]
    public async Task Is_not_ready_without_signing_keys()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = "file:" + setup.Issuer.JwksFile + ".none");
        await AssertNotReadyAsync(other, "main");
    }

    [Fact]
    public async Task Stays_ready_while_one_of_two_issuers_is_missing_and_names_it()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Tokens:Issuers:second:Issuer"] = "https://second.example/";
            setup.Settings["Fabraix:Tokens:Issuers:second:Audiences:0"] = "fabraix-proxy";
            setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = "file:" + setup.Issuer.JwksFile + ".none";
        });
        var answer = await other.ManageAsync("/healthz/ready");

        Assert.Equal(200, answer.Status);
        Assert.Contains("second", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await other.AskAsync(other.Post())).Status);
    }

    private static async Task AssertNotReadyAsync(ProxyUnderTest other, string degraded)
    {
        var answer = await other.ManageAsync("/healthz/ready");
        Assert.Equal(503, answer.Status);
        Assert.Contains(degraded, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await other.ManageAsync("/healthz/live")).Status);
    }
}
