namespace Fabraix.Proxy.Tokens;

/// <summary>Fetches every issuer's keys before traffic and then at each interval, each issuer by itself.</summary>
internal sealed class IssuerKeysRefresher(IssuerRegistry issuers, TimeProvider time) : BackgroundService
{
    /// <summary>The first fetch is waited for (it is bounded), so that the first request finds keys; its failure stops nothing.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(issuers.All.Select(issuer => issuer.Keys.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IssuerKeys.RefreshInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var issuer in issuers.All)
                _ = issuer.Keys.RefreshAsync();
        }
    }
}
