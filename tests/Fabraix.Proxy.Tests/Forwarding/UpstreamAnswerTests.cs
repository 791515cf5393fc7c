using System.Net;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Forwarding;

namespace Fabraix.Proxy.Tests.Forwarding;

public sealed class UpstreamAnswerTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(299)]
    [InlineData(400)]
    [InlineData(402)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task Passes_on(int status) => Assert.Null(await Judge(status));

    [Theory]
    [InlineData(100, "upstream_response_blocked")]
    [InlineData(101, "upstream_response_blocked")]
    [InlineData(300, "upstream_response_blocked")]
    [InlineData(302, "upstream_response_blocked")]
    [InlineData(304, "upstream_response_blocked")]
    [InlineData(399, "upstream_response_blocked")]
    [InlineData(401, "upstream_key_rejected")]
    [InlineData(403, "upstream_key_forbidden")]
    [InlineData(429, "upstream_rate_limited")]
    [InlineData(600, "upstream_response_blocked")]
    [InlineData(999, "upstream_response_blocked")]
    public async Task Holds_back(int status, string code)
    {
        var refusal = await Judge(status);

        Assert.Equal((code, status), (refusal?.Error.Code, refusal?.ReceivedStatus));
    }

    [Fact]
    public async Task Tells_how_long_the_upstream_wants_to_be_left_alone()
    {
        using var response = RetryAfterTests.Response("17", "");

        Assert.Equal(17, (await UpstreamAnswer.JudgeAsync(response, TestContext.Current.CancellationToken))?.RetryAfter);
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Encoding", "identity")]
    [InlineData("Content-Length", "+2")]
    [InlineData("Content-Length", "2, 2")]
    [InlineData("Content-Length", "")]
    [InlineData("Content-Length", "1234567890123456789")]
    [InlineData("Transfer-Encoding", "gzip, chunked")]
    [InlineData("Transfer-Encoding", "identity")]
    [InlineData("X-Any", "a\u0001b")]
    [InlineData("X-Any", "a\u007fb")]
    [InlineData("Content-Type", "text/plain\u0000")]
    public async Task Holds_back_an_answer_that_two_readers_may_read_differently(string name, string value) =>
        Assert.Equal("upstream_response_blocked", (await Judge(200, (name, value)))?.Error.Code);

    [Fact]
    public async Task Holds_back_an_answer_with_two_lengths() =>
        Assert.Equal("upstream: length given twice, or not plainly", (await Judge(200, ("Content-Length", "2"), ("Transfer-Encoding", "chunked")))?.Rule);

    [Theory]
    [InlineData("Content-Length", "2")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("X-Any", "a\tb caf\u00e9")]
    [InlineData("Set-Cookie", "a=b")]
    public async Task Passes_on_a_plain_answer(string name, string value) => Assert.Null(await Judge(200, (name, value)));

    private static async Task<Refusal?> Judge(int status, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StreamContent(Stream.Null) };
        foreach (var (name, value) in headers)
            Assert.True(response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value));
        return await UpstreamAnswer.JudgeAsync(response, TestContext.Current.CancellationToken);
    }
}
