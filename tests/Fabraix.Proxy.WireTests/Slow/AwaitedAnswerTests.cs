using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Slow;

/// <summary>Off by default in the server: without it a peer that is gone without a word keeps what it asked for running.</summary>
public sealed class AwaitedAnswerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Asks_over_HTTP_2_whether_anybody_still_waits_for_it()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Tls = true;
            setup.Settings["Fabraix:Upstream:Timeout"] = "2m";
        });
        var release = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await Task.WhenAny(release.Task, exchange.Gone);
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var id = await client.SendAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()));

        await client.Pinged.InTimeAsync("a ping", Bound);
        release.SetResult();
        Assert.Equal(200, (await client.ReceiveAsync(id)).Whole.Status);
    }
}
