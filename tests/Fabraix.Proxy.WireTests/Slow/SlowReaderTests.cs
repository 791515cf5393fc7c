using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Slow;

/// <summary>A client that reads slowly holds its upstream back instead of filling memory; one that reads no more is cut off.</summary>
public sealed class SlowReaderTests
{
    private const int Piece = 64 * 1024;
    private const int Large = 100_000_000;

    /// <summary>What four sockets of a loopback machine and the proxy's own buffers may hold together.</summary>
    private const int Buffers = 32_000_000;

    [Fact]
    public async Task Cuts_off_a_client_that_reads_no_more()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Timeout"] = "2s");
        var sent = Pour(proxy);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);

        Assert.InRange(await sent.InTimeAsync("the end of the upstream call"), 1, Buffers);
        await AssertCutAsync(proxy);
    }

    /// <summary>CVE-2019-9517 and its like: an answer is asked for, and no room is made for it.</summary>
    [Fact]
    public async Task Cuts_off_a_stream_of_HTTP_2_that_makes_no_room()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Tls = true;
            setup.Settings["Fabraix:Upstream:Timeout"] = "2s";
        });
        var sent = Pour(proxy);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        client.Widens = false;
        var id = await client.SendAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()));

        Assert.InRange(await sent.InTimeAsync("the end of the upstream call"), 1, Buffers);
        Assert.Null((await client.ReceiveAsync(id)).Response);
        await AssertCutAsync(proxy);

        client.Widens = true;
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        await using var other = await RawHttp2.ConnectAsync(proxy.Address);
        Assert.Equal(200, (await other.AskAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()))).Whole.Status);
    }

    [Fact]
    public async Task Waits_for_a_client_that_reads_slowly_and_gives_it_everything()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Timeout"] = "2s");
        var body = new byte[30_000_000];
        new Random(1).NextBytes(body);
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, $"Content-Length: {body.Length}"));
            await exchange.SendAsync(body);
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);

        var received = new MemoryStream(body.Length);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (received.Length < body.Length)
        {
            // A gulp, then a pause: longer in all than the upstream's Timeout, never as long at once.
            for (var gulp = 0; gulp < 2_000_000 && received.Length < body.Length;)
            {
                var piece = await client.ReceivePieceAsync();
                Assert.NotEmpty(piece);
                received.Write(piece);
                gulp += piece.Length;
            }
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.True(body.AsSpan().SequenceEqual(received.ToArray()), "The answer's body changed on its way");
    }

    /// <summary>Answers with more than anybody reads; the task's result is how much of it the upstream got rid of before the proxy left.</summary>
    private static Task<long> Pour(ProxyUnderTest proxy)
    {
        var poured = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var piece = new byte[Piece];
        proxy.Upstream.Answer = async exchange =>
        {
            var sent = 0L;
            try
            {
                await exchange.SendAsync(UpstreamAnswer.Head(200, $"Content-Length: {Large}"));
                for (; sent + Piece < Large; sent += Piece) await exchange.SendAsync(piece);
            }
            finally
            {
                poured.SetResult(sent);
            }
        };
        return poured.Task;
    }

    private static async Task AssertCutAsync(ProxyUnderTest proxy)
    {
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1100), "the access line");
        var line = Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1100);
        Assert.Equal("answer_cut", line.Fields.First(field => field.Key == "Decision").Value);
    }
}
