using System.Security.Cryptography;
using System.Threading.Channels;

namespace Fabraix.Proxy.Secrets;

/// <summary>Has a secret read again: at its interval, give or take a tenth, later where its store asks for that, and at once when the store tells of a change.</summary>
internal sealed class SecretFollower(SecretReader reader, TimeProvider time)
{
    private static readonly TimeSpan WatchAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Calls <paramref name="read"/>, which says how long the store wants to be left alone, until it is cancelled.</summary>
    public async Task FollowAsync(SecretReference secret, TimeSpan interval, Func<Task<TimeSpan?>> read, CancellationToken stopping)
    {
        // A change that nobody has looked at yet is one change.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var watching = reader.Watching(secret) is { } store ? WatchAsync(store, secret, changed, stopping) : Task.CompletedTask;
        var wait = Jittered(interval);
        while (!stopping.IsCancellationRequested)
        {
            // A store that never ceases to tell of changes is not asked without a pause.
            await Task.Delay(LeastWait, time, stopping);
            await WaitAsync(changed, wait, stopping);
            var asked = await ReadAsync(read, stopping) is { } after && after < LongestWait ? after : TimeSpan.Zero;
            wait = Max(Jittered(interval), asked);
        }

        await watching;
    }

    private static async Task<TimeSpan?> ReadAsync(Func<Task<TimeSpan?>> read, CancellationToken stopping)
    {
        try
        {
            return await read().WaitAsync(stopping);
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // A failed reading is a value, and says itself what failed: what is thrown is a bug, and must not end the following of this secret or another.
            return null;
        }
    }

    private async Task WaitAsync(Channel<bool> changed, TimeSpan wait, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(wait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await changed.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    private async Task WatchAsync(IWatchingSecretStore store, SecretReference secret, Channel<bool> changed, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await store.WatchAsync(secret, () => changed.Writer.TryWrite(true), stopping);
            }
            catch (Exception) when (!stopping.IsCancellationRequested)
            {
                // Whatever a store throws: polling goes on, and says in the log what is wrong with the store.
            }

            await Task.Delay(WatchAgain, time, stopping);
        }
    }

    /// <summary>So that replicas do not all ask at once.</summary>
    private static TimeSpan Jittered(TimeSpan interval) => interval * (0.9 + (RandomNumberGenerator.GetInt32(2001) / 10_000.0));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
