namespace Fabraix.Proxy.Secrets;

/// <summary>Reads every held secret before traffic, then once a minute and whenever its store tells of a change, each by itself.</summary>
internal sealed class HeldSecretsRefresher(IEnumerable<HeldSecret> secrets, SecretFollower follower) : BackgroundService
{
    /// <summary>How often a secret is read again, give or take a tenth.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>The first reading is waited for (it is bounded); its failure stops nothing. What another configuration has read is there.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(secrets.Where(secret => secret.Problem is not null).Select(secret => secret.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(secrets.Select(secret => follower.FollowAsync(secret.Reference, Interval, secret.RefreshAsync, stoppingToken)));
}
