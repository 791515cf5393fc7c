using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>Headers by which a client could speak to the upstream past the proxy, or be told apart there: none goes up.</summary>
public sealed class UnlistedHeaderTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public UnlistedHeaderTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("Cookie")]
    [InlineData("Cookie2")]
    [InlineData("Referer")]
    [InlineData("DPoP")]
    [InlineData("X-Auth-Token")]
    [InlineData("X-Access-Token")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-Api-Key-Override")]
    [InlineData("Api-Key")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-HTTP-Method")]
    [InlineData("X-Method-Override")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("X-Forwarded-Client-Cert")]
    [InlineData("X-Original-For")]
    [InlineData("X-Original-Host")]
    [InlineData("X-Real-IP")]
    [InlineData("X-Client-IP")]
    [InlineData("X-Cluster-Client-IP")]
    [InlineData("True-Client-IP")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("baggage")]
    [InlineData("Correlation-Context")]
    [InlineData("Request-Id")]
    [InlineData("X-Correlation-ID")]
    [InlineData("b3")]
    [InlineData("X-B3-TraceId")]
    [InlineData("Expect-CT")]
    [InlineData("Range")]
    [InlineData("If-Match")]
    [InlineData("If-None-Match")]
    [InlineData("If-Modified-Since")]
    [InlineData("Accept-Charset")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("X-Content-Length")]
    [InlineData("Content-Language")]
    [InlineData("Content-Location")]
    [InlineData("Content-MD5")]
    [InlineData("Content-Disposition")]
    [InlineData("Max-Forwards")]
    [InlineData("X-Fabraix-Account")]
    public async Task Keeps_back(string name)
    {
        await proxy.AskAsync(proxy.Post().With(name, "mark-7f3a"));

        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        UpstreamAssert.HoldsNothingOf(seen, "mark-7f3a");
    }

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("X-API-KEY")]
    [InlineData("X-Api-Key")]
    public async Task Never_lets_a_clients_key_win(string name)
    {
        var answer = await proxy.AskAsync(proxy.Post().With(name, "mark-of-the-client"));

        Assert.Equal(200, answer.Status);
        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        UpstreamAssert.HoldsNothingOf(seen, "mark-of-the-client");
    }

    /// <summary>RFC 9110 section 7.6.1: a client names headers as hop-by-hop, so that a proxy drops what it should add.</summary>
    [Theory]
    [InlineData("x-api-key")]
    [InlineData("close, x-api-key")]
    [InlineData("host, content-type, accept-encoding, x-api-key, x-request-id")]
    [InlineData("content-length")]
    [InlineData("transfer-encoding")]
    public async Task Sends_what_it_must_though_Connection_names_it(string connection)
    {
        var answer = await proxy.AskAsync(proxy.Post().With("Connection", connection));

        Assert.Equal(200, answer.Status);
        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        Assert.Equal("application/json", seen.Header("content-type"));
        Assert.Equal("{}"u8.ToArray(), seen.Body);
    }

    [Fact]
    public async Task Uses_the_configured_name_for_the_key_and_no_other()
    {
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:KeyHeader"] = "x-fabraix-key");
        await other.AskAsync(other.Post().With("x-api-key", "mark-1").With("X-Fabraix-Key", "mark-2"));

        var seen = other.Upstream.Only();
        Assert.True(seen.All("x-fabraix-key") is [var key] && key == other.ApiKey, "x-fabraix-key is not once the configured key");
        Assert.Empty(seen.All("x-api-key"));
        UpstreamAssert.HoldsNothingOf(seen, "mark-1", "mark-2");
    }
}
