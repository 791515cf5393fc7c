using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>One proxy over TLS, which speaks HTTP/1.1 and HTTP/2, for a class of tests.</summary>
public sealed class TlsProxyFixture : IAsyncLifetime
{
    internal ProxyUnderTest Proxy { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Proxy = await ProxyUnderTest.StartAsync(setup => setup.Tls = true);

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();
}
