using System.Text;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Properties;

/// <summary>Whatever target is asked for, the upstream sees a configured path, byte for byte, or nothing.</summary>
public sealed class TargetPropertyTests : IAsyncLifetime
{
    private const int Batch = 250;

    private static readonly string[] Listed = ["/v1/register-agent-run", "/v1/event", "/v1/check"];

    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() => proxy = await ProxyUnderTest.StartAsync(setup => setup.LogLevel = LogLevel.Warning);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    /// <summary>Four seeds of 25,000; a failure names the seed and the target's number, which give the same target again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Forwards_a_listed_target_and_no_other(int seed)
    {
        var generator = new TargetGenerator(seed, Listed);
        // The server skips blanks before the version (RFC 9112 section 3 lets it), so that they are no part of the target.
        var targets = Enumerable.Range(0, 25_000).Select(_ => generator.Next().TrimEnd(' ')).ToArray();
        var rest = $" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {proxy.Issuer.Mint()}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}";

        var answered = 0;
        while (answered < targets.Length) answered = await AskAsync(targets, answered, rest, seed);

        Assert.Equal(targets.Count(Listed.Contains), proxy.Upstream.RequestCount);
        Assert.All(proxy.Upstream.Requests, seen => Assert.Contains(seen.Target, Listed));
        Assert.Equal(targets.Where(Listed.Contains), proxy.Upstream.Requests.Select(seen => seen.Target));
        Assert.InRange(proxy.Upstream.RequestCount, 1_000, 10_000);
    }

    /// <summary>Sends requests in pipelines on one connection until the server closes it or all are answered; returns how many are.</summary>
    private async Task<int> AskAsync(string[] targets, int from, string rest, int seed)
    {
        await using var client = await proxy.ConnectAsync();
        client.LeaveNoTrace();
        while (from < targets.Length)
        {
            var batch = NextBatch(targets, from);
            var sending = client.SendAsync(Encoding.Latin1.GetBytes(string.Concat(batch.Select(target => $"POST {target}{rest}"))));
            foreach (var target in batch)
            {
                var answer = await client.ReceiveAsync();
                Assert.True(Listed.Contains(target) == (answer.Status == 200), $"Target {from} of seed {seed} was answered with {answer.Status}: {Corpus.RawCase.Shown(target)}");
                from++;
                if (answer.Closes) return from;
            }
            await sending;
        }
        return from;
    }

    /// <summary>Ends where the server will probably close, so that little is sent in vain; a wrong guess costs only time.</summary>
    private static string[] NextBatch(string[] targets, int from)
    {
        var end = from;
        while (end < targets.Length && end - from < Batch && !Breaks(targets[end])) end++;
        return targets[from..Math.Min(end + 1, targets.Length)];
    }

    private static bool Breaks(string target) => !target.StartsWith('/') || target.Any(letter => letter is <= ' ' or > '~');
}
