using System.Diagnostics;
using System.Text;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>The guard holds no event back but one that ends as a key begins.</summary>
[Collection(RunAlone.Name)]
public sealed class EventStreamTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 4)]
    [InlineData(20, 20)]
    [InlineData(47, 47)]
    public async Task Passes_each_event_at_once_but_for_an_end_of_four_bytes_that_begin_a_key(int begun, int held)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await using var events = await EventStream.OpenAsync(proxy);
        var text = "data: " + proxy.ApiKey[..begun];

        await events.SendAsync(text);
        await events.ReceiveAsync(text[..^held]);
        await events.SendAsync("\n\n");
        await events.ReceiveAsync(text[^held..] + "\n\n");
        await events.SendAsync("data: 2\n\n");
        await events.ReceiveAsync("data: 2\n\n");
    }

    /// <summary>A key of one letter has no spelling that is searched for: a proxy with it guards nothing, and is otherwise the same.</summary>
    [Fact]
    public async Task Adds_less_than_a_millisecond_to_an_event()
    {
        await using var guarded = await ProxyUnderTest.StartAsync(setup => setup.LogLevel = LogLevel.Information);
        await using var unguarded = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.ApiKey = "k";
            setup.LogLevel = LogLevel.Information;
        });
        await using var with = await EventStream.OpenAsync(guarded);
        await using var without = await EventStream.OpenAsync(unguarded);
        var text = $"data: {new string('x', 500)}\n\n";
        var (timesWith, timesWithout) = (new List<double>(), new List<double>());
        for (var i = 0; i < 600; i++)
        {
            // In turns, so that whatever else the machine does falls on both.
            timesWith.Add(await TimeAsync(with, text));
            timesWithout.Add(await TimeAsync(without, text));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"median with {Median(timesWith):0.000} ms, without {Median(timesWithout):0.000} ms");
        Assert.InRange(Median(timesWith) - Median(timesWithout), double.MinValue, 1);
    }

    private static async Task<double> TimeAsync(EventStream events, string text)
    {
        var start = Stopwatch.GetTimestamp();
        await events.SendAsync(text);
        await events.ReceiveAsync(text);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>An open answer: the test writes at the upstream's end and reads at the client's.</summary>
    private sealed class EventStream(RawClient client, UpstreamExchange exchange, TaskCompletionSource done) : IAsyncDisposable
    {
        public static async Task<EventStream> OpenAsync(ProxyUnderTest proxy)
        {
            var (asked, done) = (new TaskCompletionSource<UpstreamExchange>(), new TaskCompletionSource());
            proxy.Upstream.Answer = async exchange =>
            {
                await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked"));
                asked.SetResult(exchange);
                await done.Task;
            };
            var client = await proxy.ConnectAsync();
            await client.SendAsync(proxy.Post().ToString());
            Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);
            return new EventStream(client, await asked.Task.InTimeAsync("the request at the upstream"), done);
        }

        public Task SendAsync(string text) => exchange.SendAsync(UpstreamAnswer.Chunk(text));

        /// <summary>Exactly this comes next, before anything else was sent.</summary>
        public async Task ReceiveAsync(string text)
        {
            var received = "";
            while (received.Length < text.Length)
            {
                var lines = Encoding.ASCII.GetString(await client.ReceivePieceAsync());
                Assert.NotEmpty(lines);
                received += Received.Parse("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n" + lines).Body;
            }
            Assert.True(received == text, "Another event came than was sent");
        }

        public async ValueTask DisposeAsync()
        {
            done.SetResult();
            await client.DisposeAsync();
        }
    }
}
