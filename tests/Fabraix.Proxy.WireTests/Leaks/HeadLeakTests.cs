using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>An upstream that repeats the key before the body or behind it.</summary>
public sealed class HeadLeakTests : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "Retry-After", "Date", "Content-Type", "Content-Language",
        "X-Echo", "Server", "Set-Cookie", "Location", "ETag", "Via", "WWW-Authenticate", "Access-Control-Allow-Origin", "x-request-id", "x-api-key", "Content-Disposition", "Last-Modified", "Expires",
    ];

    private ProxyUnderTest proxy = null!;
    private KeyForms forms = null!;

    public async ValueTask InitializeAsync()
    {
        proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.ApiKey = Made.OddApiKey();
            setup.LogLevel = LogLevel.Information;
        });
        forms = new KeyForms(proxy.ApiKey);
    }

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Fact]
    public async Task Blocks_every_header_with_a_key_in_every_spelling()
    {
        var lines = (from name in Names from form in forms.All select $"{name}: before {form.Text}, behind").ToList();
        foreach (var line in lines) await AssertBlockedAsync(UpstreamAnswer.Head(200, "Content-Length: 0", line));

        Assert.InRange(lines.Count, 200, int.MaxValue);
        Assert.Equal(lines.Count, Alarms());
    }

    [Fact]
    public async Task Blocks_a_key_in_the_second_value_of_a_header()
    {
        await AssertBlockedAsync(UpstreamAnswer.Head(200, "Content-Length: 0", "Content-Language: en", "Content-Language: " + proxy.ApiKey));
        Assert.Equal(1, Alarms());
    }

    /// <summary>Only a spelling of token characters can be a name (RFC 9110 section 5.1).</summary>
    [Theory]
    [InlineData("hex")]
    [InlineData("HEX")]
    [InlineData("base64url")]
    public async Task Blocks_a_key_in_the_name_of_a_header(string spelling)
    {
        await AssertBlockedAsync(UpstreamAnswer.Head(200, "Content-Length: 0", $"X-{forms.All.First(form => form.Name == spelling).Text}: 1"));
        Assert.Equal(1, Alarms());
    }

    [Fact]
    public async Task Blocks_a_key_in_the_reason_phrase()
    {
        await AssertBlockedAsync($"HTTP/1.1 200 {proxy.ApiKey}\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(1, Alarms());
    }

    [Theory]
    [InlineData(302, "upstream_response_blocked")]
    [InlineData(401, "upstream_key_rejected")]
    [InlineData(429, "upstream_rate_limited")]
    public async Task Raises_the_alarm_also_where_the_answer_is_refused_for_another_reason(int status, string code)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(status, "Content-Length: 0", "Location: /" + proxy.ApiKey));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), code);
        Assert.Equal(1, Alarms());
    }

    /// <summary>No trailer passes, so there is nothing to block.</summary>
    [Fact]
    public async Task Passes_no_trailer_and_so_no_key_in_one()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/json", "Transfer-Encoding: chunked", "Trailer: X-Echo")
            + UpstreamAnswer.Chunk("{}") + $"0\r\nX-Echo: {proxy.ApiKey}\r\n\r\n");
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        AnswerAssert.Common(answer);
    }

    private async Task AssertBlockedAsync(string wire)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(wire);
        var answer = await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin));
        Assert.False(forms.AreIn(answer.Head + answer.Text), "The key came through");
        AnswerAssert.Error(answer, "upstream_response_blocked", ProxyUnderTest.Origin);
        Assert.Contains("received-status=200", answer.Header("proxy-status"), StringComparison.Ordinal);
    }

    private int Alarms() => proxy.Logs.Lines.Count(line => line.Id.Id == 1500);
}
