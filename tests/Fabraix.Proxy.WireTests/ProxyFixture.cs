using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests;

/// <summary>One proxy with the defaults for a class of tests, and one upstream, so that what one test slipped through still shows in the next.</summary>
public sealed class ProxyFixture : IAsyncLifetime
{
    internal ProxyUnderTest Proxy { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Proxy = await ProxyUnderTest.StartAsync();

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();
}
