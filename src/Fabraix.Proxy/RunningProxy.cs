using Fabraix.Proxy.Health;

namespace Fabraix.Proxy;

/// <summary>The public and the management listener, built together and stopped together.</summary>
internal sealed class RunningProxy(WebApplication proxy, WebApplication management, Revisions revisions, Drain drain) : IAsyncDisposable
{
    /// <summary>Where the public listener answers, once started.</summary>
    public Uri PublicAddress => Address(proxy);

    public IReadOnlyCollection<string> PublicUrls => [.. proxy.Urls];

    public Uri ManagementAddress => Address(management);

    /// <summary>Of the configuration that is at work, and of what outlives it.</summary>
    public IServiceProvider Services => new Both(revisions.Current.Services, proxy.Services);

    /// <summary>Whether it was told to stop.</summary>
    public bool IsStopping => drain.HasBegun;

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
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellation, drain.Hurry);
        grace.CancelAfter(revisions.Current.Settings.Stop.Grace);
        await proxy.StopAsync(grace.Token);
        await management.StopAsync(grace.Token);
    }

    /// <summary>Returns when a signal has come and all has stopped.</summary>
    public async Task WaitForShutdownAsync()
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (proxy.Lifetime.ApplicationStopping.Register(stopping.SetResult))
            await stopping.Task;
        await StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await management.DisposeAsync();
    }

    private sealed class Both(IServiceProvider first, IServiceProvider second) : IServiceProvider
    {
        public object? GetService(Type serviceType) => first.GetService(serviceType) ?? second.GetService(serviceType);
    }

    private static Uri Address(WebApplication app) => new(app.Urls.First().Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal));
}
