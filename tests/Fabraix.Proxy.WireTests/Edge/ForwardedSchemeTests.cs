using System.Net;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Edge;

/// <summary>A client may write X-Forwarded-Proto itself; only what the trusted proxy added to it counts.</summary>
public sealed class ForwardedSchemeTests
{
    private static readonly IPAddress Trusted = IPAddress.Parse("127.0.0.99");

    [Theory]
    [InlineData("https, http", null, false)]
    [InlineData("http, https", null, true)]
    [InlineData("https, https, http", null, false)]
    [InlineData("https, http", "127.0.0.99", false)]
    [InlineData("https", "203.0.113.7, 127.0.0.99", true)]
    public async Task Is_the_one_that_the_proxy_added(string schemes, string? addresses, bool secure)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Edge:TrustedProxies:0"] = "127.0.0.99/32");
        await using var client = await proxy.ConnectAsync(Trusted);
        var request = proxy.Post().With("X-Forwarded-Proto", schemes);
        if (addresses is not null) request = request.With("X-Forwarded-For", addresses);

        AnswerAssert.Common(await client.AskAsync(request.ToString()), https: secure);
    }
}
