using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>What stores read, judged as a key, as tests ask about it.</summary>
internal static class Readings
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<KeyReading> ReadAsync(this ISecretStore store, string reference)
    {
        Assert.True(SecretReference.TryParse(reference, out var secret));
        Assert.Null(SecretStores.Judge(secret));
        var reading = KeyReading.Of(await store.ReadAsync(secret, Stop).InTimeAsync("a reading"));
        Capture.Process.Add(CaptureKind.Log, "a store's problem", reading.Problem ?? "");
        return reading;
    }

    public static void AssertHolds(string value, string? version, KeyReading reading)
    {
        Assert.Null(reading.Problem);
        Assert.Equal((SecretOutcome.Found, version), (reading.Outcome, reading.Version));
        Assert.True(ApiKey.TryParse(value, out var key, out _, out _) && reading.Key!.Matches(key));
    }

    /// <summary>It failed so, and none of the secrets of this run is in what it says.</summary>
    public static void AssertFails(SecretOutcome outcome, string why, KeyReading reading)
    {
        Assert.Contains(why, reading.Problem, StringComparison.Ordinal);
        Assert.Equal((outcome, null), (reading.Outcome, reading.Key));
        Assert.DoesNotContain(Capture.Process.Report().Leaks, leak => leak.Source == "a store's problem");
    }
}
