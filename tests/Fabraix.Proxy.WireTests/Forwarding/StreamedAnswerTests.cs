using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>Answers stream: each piece leaves when it arrives, and a break on one side is a break on the other.</summary>
public sealed class StreamedAnswerTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public StreamedAnswerTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 9")]
    public async Task Passes_each_piece_before_the_next_exists(string framing)
    {
        var chunked = framing.StartsWith('T');
        var next = new SemaphoreSlim(0);
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", framing));
            foreach (var piece in new[] { "one", "two", "six" })
            {
                await exchange.SendAsync(chunked ? UpstreamAnswer.Chunk(piece) : piece);
                await Task.WhenAny(next.WaitAsync(), exchange.Gone);
            }
            if (chunked) await exchange.SendAsync("0\r\n\r\n");
        };

        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);
        foreach (var piece in new[] { "one", "two", "six" })
        {
            var received = "";
            while (!received.Contains(piece, StringComparison.Ordinal)) received += Encoding.ASCII.GetString(await client.ReceivePieceAsync());
            next.Release();
        }
    }

    [Fact]
    public async Task Passes_the_head_before_the_body_exists()
    {
        var headSeen = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked"));
            await Task.WhenAny(headSeen.Task, exchange.Gone);
            await exchange.SendAsync(UpstreamAnswer.Chunk("x") + "0\r\n\r\n");
        };

        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);
        headSeen.SetResult();
        Assert.NotEmpty(await client.ReceivePieceAsync());
    }

    [Theory]
    [InlineData("Content-Length: 100", "half")]
    [InlineData("Transfer-Encoding: chunked", "4\r\nhalf\r\n")]
    [InlineData("Transfer-Encoding: chunked", "64\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked", "4\r\nhalfXX")]
    [InlineData("Transfer-Encoding: chunked", "4\r\nhalf\r\nzz\r\n")]
    public async Task Breaks_off_where_the_upstream_broke_off(string framing, string part)
    {
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/plain", framing) + part);
            exchange.Close();
        };

        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        try
        {
            // It may break before the head has left: then an honest error is possible.
            if (await client.TryReceiveAsync() is { } answer) AnswerAssert.Error(answer, answer.Error!.Code);
        }
        catch (InvalidDataException)
        {
            // Broken off, which a strict reader cannot take for whole.
        }
    }

    [Fact]
    public async Task Leaves_the_upstream_when_the_client_leaves_while_waiting()
    {
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            asked.SetResult();
            await exchange.Gone;
            left.SetResult();
        };

        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        await asked.Task.InTimeAsync("the request at the upstream");
        client.Abort();

        await left.Task.InTimeAsync("the end of the upstream call");
        Assert.Equal(1, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Leaves_the_upstream_when_the_client_leaves_in_the_middle_of_the_answer()
    {
        var left = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked") + UpstreamAnswer.Chunk("x"));
            await exchange.Gone;
            left.SetResult();
        };

        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);
        client.Abort();

        await left.Task.InTimeAsync("the end of the upstream call");
    }

    [Fact]
    public async Task Takes_an_answer_that_comes_before_the_upstream_read_the_body()
    {
        proxy.Upstream.AnswersAtHead = true;
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Json(422, """{"said":"early"}""", "Connection: close"));
            exchange.Close();
        };
        var answer = await proxy.AskAsync(proxy.Post().WithBody(new string(' ', 200_000)));

        // Closing with unread bytes resets the connection, and the reset may overtake the answer: then it was never there.
        if (answer.Status != 422) AnswerAssert.Error(answer, "upstream_unreachable");
        AnswerAssert.Common(answer);
    }
}
