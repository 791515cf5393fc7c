using System.Collections.Concurrent;

namespace Fabraix.Proxy.Secrets;

/// <summary>Reads secrets, bounded in time, and so that nothing a store does can be worse than a failed reading.</summary>
/// <param name="stores">The store of a reference.</param>
/// <param name="time">The clock.</param>
internal sealed class SecretReader(Func<SecretReference, ISecretStore> stores, TimeProvider time)
{
    /// <summary>Longer than a sign-in and a reading take together on a slow day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Readings that did not heed their end. A file on a dead mount may hold its thread for ever: it gets one, not one a minute.
    private readonly ConcurrentDictionary<SecretReference, Task> _leftBehind = new();

    /// <summary>Reads once.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came.</exception>
    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        if (_leftBehind.TryGetValue(secret, out var old) && !old.IsCompleted)
            return SecretReading.Failed(SecretOutcome.TimedOut, "the store has not answered an earlier reading yet");

        using var limit = new CancellationTokenSource(Longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var reading = Task.Run(() => stores(secret).ReadAsync(secret, both.Token), cancellation);
        try
        {
            return await reading.WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _leftBehind[secret] = reading;
            return SecretReading.Failed(SecretOutcome.TimedOut, "the store did not answer within 10 s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Vendors' libraries throw what they like. The message stays out: it may quote what the store said.
            return SecretReading.Failed(SecretOutcome.Broken, $"reading it failed unexpectedly ({e.GetType().Name})");
        }
    }

    /// <summary>The secret's store, where it can tell of changes.</summary>
    public IWatchingSecretStore? Watching(SecretReference secret) => stores(secret) as IWatchingSecretStore;
}
