using System.Net.Sockets;
using System.Text;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>An answer may be as long as it likes: it is searched while it streams, and nothing of it stays.</summary>
[Collection(RunAlone.Name)]
public sealed class LongAnswerTests
{
    private const int Piece = 256 * 1024;
    private const long Whole = 1L << 30;
    private const long Slack = 48L << 20;

    [Fact]
    public async Task Streams_a_gigabyte_through_the_guard_in_the_memory_of_a_moment()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.LogLevel = LogLevel.Information);
        // Each piece ends as the key begins, so that the guard has to keep something every time.
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"said\":\"something\"} ", Piece / 21)) + proxy.ApiKey[..3]);
        var pieces = Whole / piece.Length;
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/json", $"Content-Length: {pieces * piece.Length}"));
            for (var i = 0L; i < pieces; i++) await exchange.SendAsync(piece);
        };

        // No client of the kit: those keep what they get, to search it.
        using var client = new TcpClient();
        await client.ConnectAsync(proxy.Address.Host, proxy.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(proxy.Post().With("Connection", "close").ToBytes(), TestContext.Current.CancellationToken);
        var (received, buffer) = (0L, new byte[Piece]);
        var (before, peak, working) = (0L, 0L, 0L);
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().InTimeAsync("more of the answer") is > 0 and var count)
        {
            received += count;
            // The first megabytes warm the pools up.
            if (received < Whole / 16) (before, working) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
            else peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"heap +{(peak - before) >> 20} MiB at most, working set {(Environment.WorkingSet - working) >> 20:+0;-0} MiB");
        Assert.InRange(received, pieces * piece.Length, (pieces * piece.Length) + 2000);
        Assert.InRange(peak - before, long.MinValue, Slack);
        Assert.InRange(Environment.WorkingSet - working, long.MinValue, Slack);
    }
}
