using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>Answers that do not pass: redirects, codings, upgrades, and what concerns the proxy's own key.</summary>
public sealed class BlockedAnswerTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public BlockedAnswerTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(304)]
    [InlineData(305)]
    [InlineData(306)]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(399)]
    public async Task Follows_no_redirect_and_passes_none(int status)
    {
        await using var elsewhere = RecordingUpstream.Start();
        await AssertBlockedAsync(UpstreamAnswer.Head(status, $"Location: {elsewhere.Address}v1/check", "Content-Length: 0"), status);
        Assert.Equal(0, elsewhere.ConnectionCount);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("zstd")]
    [InlineData("identity")]
    [InlineData("x-unknown")]
    [InlineData("gzip, identity")]
    public Task Passes_no_coded_answer(string coding) =>
        AssertBlockedAsync(UpstreamAnswer.Json(200, "{}", $"Content-Encoding: {coding}"), 200);

    [Fact]
    public Task Passes_no_coded_error_either() => AssertBlockedAsync(UpstreamAnswer.Json(500, "{}", "Content-Encoding: gzip"), 500);

    /// <summary>RFC 9110 sections 15.3.5 and 15.3.6: an answer that has no content and says it has.</summary>
    [Theory]
    [InlineData(204, "Content-Length: 5")]
    [InlineData(205, "Content-Length: 5")]
    [InlineData(204, "Transfer-Encoding: chunked")]
    [InlineData(205, "Transfer-Encoding: chunked")]
    public Task Passes_no_content_where_none_may_be(int status, string line) => AssertBlockedAsync(UpstreamAnswer.Head(status, line), status);

    [Theory]
    [InlineData(204, "Content-Length: 0")]
    [InlineData(205, "Content-Length: 0")]
    [InlineData(204, "X: 1")]
    public async Task Passes_an_answer_without_content(int status, string line)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(status, line));
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(status, answer.Status);
        AnswerAssert.Common(answer);
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("h2c")]
    [InlineData("TLS/1.0")]
    public Task Switches_to_no_other_protocol(string protocol) =>
        AssertBlockedAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\nraw bytes", received: null);

    [Theory]
    [InlineData("websocket")]
    [InlineData("h2c")]
    [InlineData("TLS/1.0, HTTP/1.1")]
    public async Task Hands_on_no_upgrade(string protocol)
    {
        var answer = await proxy.AskAsync(proxy.Post().With("Connection", "Upgrade, HTTP2-Settings").With("Upgrade", protocol)
            .With("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA").With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").With("Sec-WebSocket-Version", "13"));

        Assert.Equal(200, answer.Status);
        UpstreamAssert.Listed(proxy.Upstream.Only(), proxy);
    }

    [Fact]
    public async Task Opens_no_web_socket()
    {
        var answer = await proxy.AskAsync(new RequestText("GET", "/v1/check").With("Host", proxy.Address.Authority)
            .With("Authorization", "Bearer " + proxy.Issuer.Mint()).With("Connection", "Upgrade").With("Upgrade", "websocket")
            .With("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").With("Sec-WebSocket-Version", "13"));

        AnswerAssert.Error(answer, "method_not_allowed");
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Theory]
    [InlineData(401, "upstream_key_rejected")]
    [InlineData(403, "upstream_key_forbidden")]
    public async Task Keeps_the_upstreams_word_about_the_key_to_itself(int status, string code)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(
            status, """{"error":{"message":"Invalid API key provided","type":"authentication_error","code":"invalid_api_key"}}""", "WWW-Authenticate: ApiKey"));
        var answer = await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin));

        AnswerAssert.Error(answer, code, ProxyUnderTest.Origin);
        Assert.Contains($"received-status={status}", answer.Header("proxy-status"), StringComparison.Ordinal);
        Assert.DoesNotContain("invalid_api_key", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Retry-After: 17", """{"error":{"message":"Rate limit exceeded","type":"rate_limit_error","retry_after":30}}""", 17)]
    [InlineData("Retry-After: 0", "{}", null)]
    [InlineData("Retry-After: -5", "{}", null)]
    [InlineData("Retry-After: 1e9", "{}", null)]
    [InlineData("Retry-After: 99999999999999999999", "{}", null)]
    [InlineData("Retry-After: Thu, 01 Jan 2015 00:00:00 GMT", "{}", null)]
    [InlineData("X: 1", "not json", null)]
    [InlineData("X: 1", """{"error":{"message":"Rate limit exceeded","type":"rate_limit_error","retry_after":30}}""", null)]
    public async Task Says_that_the_upstreams_limit_is_reached(string line, string body, int? expected)
    {
        await using var alone = await ProxyUnderTest.StartAsync();
        alone.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(429, body, line));
        var answer = await alone.AskAsync(alone.Post());

        AnswerAssert.Error(answer, "upstream_rate_limited");
        Assert.Contains("received-status=429", answer.Header("proxy-status"), StringComparison.Ordinal);
        if (expected is { } seconds) Assert.InRange(answer.Error!.RetryAfter!.Value, seconds, seconds * 1.2);
    }

    /// <summary>That it was a 429 is known, and a page that is told so waits.</summary>
    [Fact]
    public async Task Says_that_the_limit_is_reached_though_the_body_never_comes()
    {
        await using var alone = await ProxyUnderTest.StartAsync();
        alone.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(429, "Content-Type: application/json", "Content-Length: 100") + "{");
            await exchange.Gone;
        };
        var answer = await alone.AskAsync(alone.Post());

        AnswerAssert.Error(answer, "upstream_rate_limited");
        Assert.InRange(answer.Error!.RetryAfter!.Value, 60, 72);
    }

    private async Task AssertBlockedAsync(string upstreamAnswer, int? received)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(upstreamAnswer);
        var answer = await proxy.AskAsync(proxy.Post());

        AnswerAssert.Error(answer, "upstream_response_blocked");
        if (received is not null) Assert.Contains($"received-status={received}", answer.Header("proxy-status"), StringComparison.Ordinal);

        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal("""{"is_safe":true}""", (await proxy.AskAsync(proxy.Post())).Text);
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }
}
