using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>Reads every key before traffic, then at its own interval and whenever its store tells of a change, each by itself.</summary>
internal sealed class KeyRefresher(KeyRing keys, SecretFollower follower, KeyMetrics metrics) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Observe(keys);
        await Task.WhenAll(keys.All.Where(slot => !slot.WasRead).Select(slot => slot.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(keys.All.Select(slot => follower.FollowAsync(slot.Options.Secret, slot.Options.RefreshInterval, () => ReadAsync(slot), stoppingToken)));

    private async Task<TimeSpan?> ReadAsync(KeySlot slot)
    {
        var reading = await slot.RefreshAsync();
        slot.Life.Retire();
        keys.Forget();
        return reading.RetryAfter;
    }
}
