using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

/// <summary>Takes keys out of the public set when their last token is dead, which no reading of a secret would tell.</summary>
internal sealed class MintKeysRefresher(MintKeys keys, TimeProvider time) : BackgroundService
{
    /// <summary>Comes after <see cref="HeldSecretsRefresher"/>, which has read every key once, and before any listener.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(HeldSecretsRefresher.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            keys.Publish();
    }
}
