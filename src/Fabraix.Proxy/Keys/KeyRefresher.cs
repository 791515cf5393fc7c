namespace Fabraix.Proxy.Keys;

/// <summary>Reads every key before traffic and then at its own interval, each by itself.</summary>
internal sealed class KeyRefresher(KeyRing keys, TimeProvider time) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(keys.All.Select(slot => slot.RefreshAsync(cancellationToken)));
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(keys.All.Select(slot => RefreshAsync(slot, stoppingToken)));

    private async Task RefreshAsync(KeySlot slot, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(slot.Options.RefreshInterval, time);
        while (await timer.WaitForNextTickAsync(stopping))
            await slot.RefreshAsync(stopping);
    }
}
