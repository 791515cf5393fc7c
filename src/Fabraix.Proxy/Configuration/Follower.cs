using System.Security.Cryptography;
using System.Threading.Channels;

namespace Fabraix.Proxy.Configuration;

/// <summary>Has something read again: at its interval, give or take a tenth, later where whoever keeps it asks for that, and at once when a watch tells of a change.</summary>
internal static class Follower
{
    private static readonly TimeSpan WatchAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Calls <paramref name="read"/>, which says how long it wants to be left alone, until it is cancelled.</summary>
    public static async Task FollowAsync(Watch? watch, TimeSpan interval, Func<Task<TimeSpan?>> read, TimeProvider time, CancellationToken stopping)
    {
        // A change that nobody has looked at yet is one change.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var watching = watch is null ? Task.CompletedTask : WatchAsync(watch, changed, time, stopping);
        var wait = Jittered(interval);
        while (!stopping.IsCancellationRequested)
        {
            // Who never ceases to tell of changes is not asked without a pause.
            await Task.Delay(LeastWait, time, stopping);
            await WaitAsync(changed, wait, time, stopping);
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
            // A failed reading is a value, and says itself what failed: what is thrown is a bug, and must not end the following of this or of anything else.
            return null;
        }
    }

    private static async Task WaitAsync(Channel<bool> changed, TimeSpan wait, TimeProvider time, CancellationToken stopping)
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

    private static async Task WatchAsync(Watch watch, Channel<bool> changed, TimeProvider time, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await watch(() => changed.Writer.TryWrite(true), stopping);
            }
            catch (Exception) when (!stopping.IsCancellationRequested)
            {
                // Whatever a watch throws: polling goes on, and says in the log what is wrong.
            }

            await Task.Delay(WatchAgain, time, stopping);
        }
    }

    /// <summary>So that replicas do not all ask at once.</summary>
    private static TimeSpan Jittered(TimeSpan interval) => interval * (0.9 + (RandomNumberGenerator.GetInt32(2001) / 10_000.0));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}

/// <summary>Tells of changes until it can no longer; then it is begun again.</summary>
internal delegate Task Watch(Action changed, CancellationToken cancellation);
