using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Keys;

/// <summary>A key whose store gives what a test says, on a clock of the test's.</summary>
internal sealed class ScriptedKey : ISecretStore
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly Queue<SecretReading> _readings = new();

    public ScriptedKey(KeyMetrics? metrics = null, Func<KeyOptions, KeyOptions>? change = null)
    {
        Assert.True(SecretReference.TryParse("env:FABRAIX_API_KEY", out var reference));
        var options = new KeyOptions("default", reference);
        Metrics = metrics ?? new KeyMetrics(ActivatorUtilities.CreateInstance<ProxyMetrics>(Services));
        Slot = new KeySlot(change?.Invoke(options) ?? options, new SecretReader(_ => this, Time), Metrics, Time, Log);
    }

    public DateTimeOffset Start { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public LogLines<KeySlot> Log { get; } = new();

    public KeyMetrics Metrics { get; }

    public KeySlot Slot { get; }

    public KeyLife Life => Slot.Life;

    public int Readings { get; private set; }

    /// <summary>Reads one after the other: <c>value@version</c>, or null for a store that is away.</summary>
    public async Task ReadAsync(params string?[] values)
    {
        foreach (var value in values)
        {
            Script(value);
            await Slot.RefreshAsync();
        }
    }

    /// <summary>What the next reading gives.</summary>
    public void Script(string? value)
    {
        var parts = value?.Split('@');
        _readings.Enqueue(parts is null
            ? SecretReading.Failed(SecretOutcome.Unavailable, "the store is away")
            : SecretText.Read(parts[0], field: null, parts.Length > 1 ? parts[1] : null));
    }

    Task<SecretReading> ISecretStore.ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        Readings++;
        return Task.FromResult(_readings.Dequeue());
    }
}
