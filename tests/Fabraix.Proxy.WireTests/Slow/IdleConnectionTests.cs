using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Slow;

/// <summary>Off by default in the server: without it a peer that is gone without a word keeps its connection for ever.</summary>
public sealed class IdleConnectionTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Asks_an_idle_HTTP_2_connection_whether_it_is_still_there()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Tls = true);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var head = Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint());
        Assert.Equal(200, (await client.AskAsync(head)).Whole.Status);

        await client.Pinged.WaitAsync(Bound, TestContext.Current.CancellationToken);
        Assert.Equal(200, (await client.AskAsync(head)).Whole.Status);
    }
}
