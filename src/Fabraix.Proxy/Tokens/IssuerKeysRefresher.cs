using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tokens;

/// <summary>Fetches every issuer's keys before traffic and then whenever they are due, each issuer by itself.</summary>
internal sealed partial class IssuerKeysRefresher(IssuerRegistry issuers, TimeProvider time, ILogger<IssuerKeysRefresher> log) : BackgroundService
{
    /// <summary>How long it rests after something that should not happen.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>The first fetch is waited for (it is bounded), so that the first request finds keys; its failure stops nothing. Keys that another configuration has fetched are there.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(issuers.All.Where(issuer => issuer.Keys.Count == 0).Select(issuer => issuer.Keys.RefreshAsync())).WaitAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(issuers.All.Where(issuer => !issuer.Options.Keys.IsMint).Select(issuer => FollowAsync(issuer, stoppingToken)));

    private async Task FollowAsync(Issuer issuer, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await NextAsync(issuer.Keys, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // A failed fetch throws nothing: this is a bug, or a log that fails. Neither may end the refreshing.
                Tell(issuer.Options.Name, e);
                await Task.Delay(Pause, time, stopping);
            }
        }
    }

    private async Task NextAsync(IssuerKeys keys, CancellationToken stopping)
    {
        // An unknown kid may have had them fetched meanwhile: then it is due that much later.
        if (keys.DueIn is var wait && wait > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, stopping);
        else
            await keys.RefreshAsync().WaitAsync(stopping);
    }

    private void Tell(string issuer, Exception e)
    {
        try
        {
            Log.Threw(log, issuer, e.GetType().FullName!);
        }
        catch (Exception)
        {
            // It may be the log that fails.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.IssuerRefreshFailed, LogLevel.Error, "Refreshing the signing keys of issuer {Issuer} failed unexpectedly ({Type}). It goes on.")]
        public static partial void Threw(ILogger logger, string issuer, string type);
    }
}
