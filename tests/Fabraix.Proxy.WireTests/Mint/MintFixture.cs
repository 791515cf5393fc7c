using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>A proxy with a mint, for a whole class of tests.</summary>
public sealed class MintFixture : IAsyncLifetime
{
    internal TestMint Mint { get; } = new();

    internal ProxyUnderTest Proxy { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Proxy = await ProxyUnderTest.StartAsync(setup =>
    {
        Mint.Into(setup);
        setup.Settings["Fabraix:Tokens:Issuers:main:Dpop"] = "accept";
        setup.Settings["Fabraix:Tokens:PublicUrl"] = "https://proxy.example.com";
    });

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        Mint.Dispose();
    }
}
