using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>Reads a fake as the proxy does: by a reference, through the one reader that all stores have.</summary>
internal sealed class StoreReadings : IDisposable
{
    private readonly SecretStores stores;
    private readonly SecretReader reader;

    public StoreReadings(StoreContext context)
    {
        stores = new SecretStores(context);
        reader = new SecretReader(stores.For, context.Time);
    }

    public async Task<KeyReading> ReadAsync(string reference)
    {
        Assert.True(SecretReference.TryParse(reference, out var secret));
        Assert.Null(SecretStores.Judge(secret));
        return KeyReading.Of(await reader.ReadAsync(secret, TestContext.Current.CancellationToken));
    }

    public async Task AssertFoundAsync(string reference, string value, string? version)
    {
        var reading = await ReadAsync(reference);
        Assert.True(reading.Outcome == SecretOutcome.Found, $"{reading.Outcome}: {reading.Problem}");
        Assert.True(ApiKey.TryParse(value, out var expected, out _, out _));
        Assert.True(reading.Key!.Matches(expected), "another key was read");
        Assert.Equal(version, reading.Version);
    }

    /// <summary>Reads in vain, and looks for what was put and for who asked in what is said about it.</summary>
    public async Task<KeyReading> AssertFailsAsync(SecretOutcome outcome, string reference, params string[] unsaid)
    {
        var reading = await ReadAsync(reference);
        Assert.True(reading.Outcome == outcome, $"{reading.Outcome} instead of {outcome}: {reading.Problem}");
        Assert.Null(reading.Key);
        Assert.NotNull(reading.Problem);
        foreach (var text in unsaid) Assert.False(reading.Problem.Contains(text, StringComparison.OrdinalIgnoreCase), "the problem tells too much");
        return reading;
    }

    public void Dispose() => stores.Dispose();
}
