namespace Fabraix.Proxy;

/// <summary>The public and the management listener, built together and stopped together.</summary>
internal sealed class RunningProxy(WebApplication proxy, WebApplication management) : IAsyncDisposable
{
    /// <summary>Where the public listener answers, once started.</summary>
    public Uri PublicAddress => Address(proxy);

    public IReadOnlyCollection<string> PublicUrls => [.. proxy.Urls];

    public Uri ManagementAddress => Address(management);

    public IServiceProvider Services => proxy.Services;

    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await management.StartAsync(cancellation);
            await proxy.StartAsync(cancellation);
        }
        catch
        {
            // One of the two may listen already, and refreshing has begun.
            await StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Stops taking requests, lets those in flight finish, and stops management last, so that probes see it happen.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await proxy.StopAsync(cancellation);
        await management.StopAsync(cancellation);
    }

    public async Task WaitForShutdownAsync()
    {
        await proxy.WaitForShutdownAsync();
        await management.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await management.DisposeAsync();
    }

    private static Uri Address(WebApplication app) => new(app.Urls.First().Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal));
}
