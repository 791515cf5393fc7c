namespace Fabraix.Proxy.Tokens;

/// <summary>Fetches every issuer's keys before traffic and then whenever they are due, each issuer by itself.</summary>
internal sealed class IssuerKeysRefresher(IssuerRegistry issuers, TimeProvider time) : BackgroundService
{
    /// <summary>The first fetch is waited for (it is bounded), so that the first request finds keys; its failure stops nothing.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(issuers.All.Select(issuer => issuer.Keys.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(issuers.All.Where(issuer => !issuer.Options.Keys.IsMint).Select(issuer => FollowAsync(issuer.Keys, stoppingToken)));

    private async Task FollowAsync(IssuerKeys keys, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // An unknown kid may have had them fetched meanwhile: then it is due that much later.
            if (keys.DueIn is var wait && wait > TimeSpan.Zero)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, stopping);
            else
                await keys.RefreshAsync().WaitAsync(stopping);
        }
    }
}
