using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>Malformed answers reach neither the browser nor the next one's answer (RFC 9112 sections 2.2, 5 and 6.3).</summary>
public sealed class MalformedAnswerTests : IClassFixture<ProxyFixture>
{
    private const string Second = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"evil\":12345}";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["no HTTP"] = "220 mail.example ESMTP\r\n\r\n",
        ["nothing"] = "",
        ["half a status line"] = "HTTP/1.1 20",
        ["half a head"] = "HTTP/1.1 200 OK\r\nContent-Type: appl",
        ["another version"] = "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        ["a version in lower case"] = "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ["no status"] = "HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        ["a status of letters"] = "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        ["a status of four digits"] = "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        ["a status of two digits"] = "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        ["a status below 100"] = "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
        ["a negative status"] = "HTTP/1.1 -20 X\r\nContent-Length: 0\r\n\r\n",
        ["a header line without a colon"] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Inner\r\n\r\n",
        ["a header line without a name"] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n: x\r\n\r\n",
        ["a header name with a space"] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX Y: x\r\n\r\n",
        ["two lengths"] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + Second,
        ["two lengths, the longer first"] = "HTTP/1.1 200 OK\r\nContent-Length: 60\r\nContent-Length: 2\r\n\r\n{}" + Second,
        ["a list of lengths"] = "HTTP/1.1 200 OK\r\nContent-Length: 2, 60\r\n\r\n{}" + Second,
        ["a negative length"] = "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        ["a length with a plus"] = "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
        ["a length of letters"] = "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        ["a length beyond 64 bits"] = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        ["a coding beside a length"] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ["a length beside a coding"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + Second,
        ["an unknown coding"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: cow\r\nContent-Length: 2\r\n\r\n{}",
        ["a coding under chunked"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ["a length on HTTP/1.0 beside a coding"] = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        ["a head of 100 KiB"] = "HTTP/1.1 200 OK\r\nX-Inner: " + new string('a', 100 * 1024) + "\r\nContent-Length: 0\r\n\r\n",
        ["a thousand interim answers"] = string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)),
    };

    private readonly ProxyUnderTest proxy;

    public MalformedAnswerTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    public static TheoryData<string> Names => [.. Answers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Blocks(string name)
    {
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(Answers[name]);
            exchange.Close();
        };
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(502, answer.Status);
        AnswerAssert.Error(answer, answer.Error!.Code);
        await AssertNextIsCleanAsync();
    }

    /// <summary>The head was lawful and may have left: then the stream must break off, so that no reader takes it for whole.</summary>
    [Theory]
    [InlineData("xyz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("10000000000000002\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("+2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}}\r\n0\r\n\r\n")]
    public async Task Breaks_off_a_malformed_body(string chunks)
    {
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/json", "Transfer-Encoding: chunked") + chunks);
            exchange.Close();
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        try
        {
            var answer = await client.ReceiveAsync();
            AnswerAssert.Error(answer, answer.Error!.Code);
        }
        catch (InvalidDataException)
        {
            // Broken off inside the body, which a strict reader cannot take for whole.
        }
        await AssertNextIsCleanAsync();
    }

    /// <summary>RFC 9112 sections 5.1 and 5.2 and RFC 9110 section 5.5 let a proxy mend these; either way no line of them becomes a header of ours.</summary>
    [Theory]
    [InlineData("Content-Length : 2\r\nContent-Type : application/json")]
    [InlineData("Content-Length: 2\r\nContent-Type: application/json;\r\n Set-Cookie: a=b")]
    [InlineData("Content-Length: 2\r\nContent-Language: de\r\n\tSet-Cookie: a=b")]
    [InlineData("Content-Length: 2\r\nContent-Language: d\0e")]
    [InlineData("Content-Length: 2\r\nContent-Language: de\rSet-Cookie: a=b")]
    [InlineData("Content-Length: 2\r\nContent-Language: de\nSet-Cookie: a=b")]
    public async Task Mends_or_blocks(string lines)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync($"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n{{}}");
        var answer = await proxy.AskAsync(proxy.Post());

        if (answer.Status == 200) Assert.Equal("{}", answer.Text);
        else AnswerAssert.Error(answer, "upstream_response_blocked");
        AnswerAssert.Common(answer);
        await AssertNextIsCleanAsync();
    }

    /// <summary>Bytes behind the answer, which would be read as the answer to the next request on that connection.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n")]
    public async Task Gives_bytes_behind_an_answer_to_nobody(string first)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(first + Second + Second);
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++) await AssertNextIsCleanAsync();
    }

    [Fact]
    public async Task Gives_bytes_behind_a_429_to_nobody()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var alone = await ProxyUnderTest.StartAsync(setup => setup.Time = time);
        alone.Upstream.Answer = exchange => exchange.SendAsync("HTTP/1.1 429 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n" + Second + Second);
        Assert.DoesNotContain("evil", (await alone.AskAsync(alone.Post())).Text, StringComparison.Ordinal);

        alone.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"is_safe":true}""", (await alone.AskAsync(alone.Post())).Text);
    }

    [Fact]
    public async Task Gives_a_late_answer_to_nobody()
    {
        // The connection is idle when it comes: between two requests nobody has asked for anything.
        var idle = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Json(200, "{}"));
            await idle.Task;
            await exchange.SendAsync(Second);
            sent.SetResult();
        };
        Assert.Equal("{}", (await proxy.AskAsync(proxy.Post())).Text);
        idle.SetResult();
        await sent.Task.InTimeAsync("the sending of the late answer");

        for (var i = 0; i < 3; i++) await AssertNextIsCleanAsync();
    }

    private async Task AssertNextIsCleanAsync()
    {
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        var next = await proxy.AskAsync(proxy.Post());
        Assert.Equal((200, """{"is_safe":true}"""), (next.Status, next.Text));
        AnswerAssert.Common(next);
    }
}
