using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Slow;

/// <summary>Connections on which nothing happens end, or show that somebody is still there, so that nobody can hold many for nothing.</summary>
public sealed class IdleConnectionTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Are_closed()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await using var silent = await proxy.ConnectAsync();
        await using var used = await proxy.ConnectAsync();
        Assert.Equal(200, (await used.AskAsync(proxy.Post().ToString())).Status);

        await Task.WhenAll(silent.ReceiveToCloseAsync(Bound), used.ReceiveToCloseAsync(Bound));
    }

    [Fact]
    public async Task Are_asked_over_HTTP_2_whether_they_are_still_there()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Tls = true);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var head = Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint());
        Assert.Equal(200, (await client.AskAsync(head)).Whole.Status);

        await client.Pinged.WaitAsync(Bound, TestContext.Current.CancellationToken);
        Assert.Equal(200, (await client.AskAsync(head)).Whole.Status);
    }
}
