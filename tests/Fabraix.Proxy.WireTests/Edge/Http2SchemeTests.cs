using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Edge;

public sealed class Http2SchemeTests
{
    [Fact]
    public async Task Is_written_to_no_log_at_any_level()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Tls = true;
            setup.Logs.Keep = LogLevel.Trace;
        });
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var head = Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()).Instead(":scheme", "marked-scheme");

        Assert.NotNull((await client.AskAsync(head)).ErrorCode);

        Assert.DoesNotContain(proxy.Logs.Lines, line => $"{line.Message} {line.Exception}".Contains("marked-scheme", StringComparison.Ordinal));
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }
}
