using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>One proxy and one upstream for a whole corpus, so that what one case slipped through still shows in the next.</summary>
public sealed class CorpusFixture : IAsyncLifetime
{
    internal ProxyUnderTest Proxy { get; private set; } = null!;

    internal CorpusContext Context { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Proxy = await ProxyUnderTest.StartAsync();
        Context = new CorpusContext(Proxy);
    }

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();
}
