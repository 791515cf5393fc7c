using System.Text;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>Without TLS there is HTTP/1.1 only, whatever a client asks for (RFC 9113 section 3.3).</summary>
public sealed class CleartextTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy = fixture.Proxy;

    [Fact]
    public async Task Takes_no_HTTP_2_by_prior_knowledge()
    {
        proxy.Upstream.Forget();
        var block = Hpack.Encode(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()));
        byte[] settings = [0, 0, 0, Http2Frame.Settings, 0, 0, 0, 0, 0];
        byte[] headers = [0, (byte)(block.Length >> 8), (byte)block.Length, Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 0, 0, 0, 1, .. block];
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").Concat(settings).Concat(headers).ToArray());

        var said = Encoding.Latin1.GetString(await client.ReceiveToCloseAsync());
        Assert.DoesNotContain("200", said, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Upgrades_to_no_HTTP_2()
    {
        proxy.Upstream.Forget();
        var answer = await proxy.AskAsync(proxy.Post().With("Connection", "Upgrade, HTTP2-Settings").With("Upgrade", "h2c").With("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA"));

        Assert.Equal((200, "OK"), (answer.Status, answer.Reason));
        Assert.Null(answer.Header("upgrade"));
        Assert.Empty(answer.Interim);
    }
}
