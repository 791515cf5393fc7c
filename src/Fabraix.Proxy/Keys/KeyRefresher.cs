using System.Security.Cryptography;
using System.Threading.Channels;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>Reads every key before traffic, then at its own interval and whenever its store tells of a change, each by itself.</summary>
internal sealed class KeyRefresher(KeyRing keys, SecretReader reader, KeyMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan WatchAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Observe(keys);
        await Task.WhenAll(keys.All.Select(slot => slot.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(keys.All.Select(slot => FollowAsync(slot, stoppingToken)));

    private async Task FollowAsync(KeySlot slot, CancellationToken stopping)
    {
        // A change that nobody has looked at yet is one change.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var watching = reader.Watching(slot.Options.Secret) is { } store ? WatchAsync(store, slot.Options.Secret, changed, stopping) : Task.CompletedTask;
        var wait = Jittered(slot.Options.RefreshInterval);
        while (!stopping.IsCancellationRequested)
        {
            // A store that never ceases to tell of changes is not asked without a pause.
            await Task.Delay(LeastWait, time, stopping);
            await WaitAsync(changed, wait, stopping);
            var reading = await slot.RefreshAsync().WaitAsync(stopping);
            slot.Life.Retire();
            var asked = reading.RetryAfter is { } after && after < LongestWait ? after : TimeSpan.Zero;
            wait = Max(Jittered(slot.Options.RefreshInterval), asked);
        }

        await watching;
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

    /// <summary>Give or take a tenth, so that replicas do not all ask at once.</summary>
    private static TimeSpan Jittered(TimeSpan interval) => interval * (0.9 + (RandomNumberGenerator.GetInt32(2001) / 10_000.0));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
