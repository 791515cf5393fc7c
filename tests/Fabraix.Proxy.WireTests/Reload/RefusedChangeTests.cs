using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>What a refused change names has no effect on anybody, while it stands and after it was taken back.</summary>
public sealed class RefusedChangeTests : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() => proxy = await ProxyUnderTest.StartAsync(setup => setup.Reloads = true);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    /// <summary>A key's file with the wrong text in it, such as the host's name, which every request holds.</summary>
    [Theory]
    [InlineData("other")]
    [InlineData("default")]
    public async Task Has_no_request_and_no_answer_searched_for_its_keys(string key)
    {
        var everywhere = key == "other" ? proxy.Address.Authority : "application/json";
        await File.WriteAllTextAsync(proxy.KeyFile + "-wrong", everywhere, Stop);
        await proxy.ChangeAsync(settings =>
        {
            settings[$"Fabraix:Keys:{key}:Secret"] = $"file:{proxy.KeyFile}-wrong";
            settings["Fabraix:Keys:third:Secret"] = "file:/nowhere/api-key";
        });
        await proxy.RefusalsAsync();

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        await proxy.ChangeAsync(settings =>
        {
            settings["Fabraix:Keys:default:Secret"] = $"file:{proxy.KeyFile}";
            settings.Remove("Fabraix:Keys:third:Secret");
            settings.Remove("Fabraix:Keys:other:Secret");
        });
        await Bounds.UntilAsync(() => Changes.Told(proxy, EventIds.ConfigurationWithdrawn).Count == 1, "the change taken back");
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Empty(Changes.Told(proxy, EventIds.KeyInRequest));
        Assert.Empty(Changes.Told(proxy, EventIds.KeyInAnswer));
    }

    [Fact]
    public async Task Tells_fifty_reasons_and_how_many_more_there_are()
    {
        await proxy.ChangeAsync(settings =>
        {
            for (var i = 0; i < 60; i++) settings[$"Fabraix:Unknown{i}"] = "x";
        });

        var reasons = await proxy.RefusalsAsync();
        Assert.Equal(51, reasons.Count);
        Assert.EndsWith("And 10 more: check lists all.", reasons[^1], StringComparison.Ordinal);
    }
}
