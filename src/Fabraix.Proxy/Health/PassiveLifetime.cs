namespace Fabraix.Proxy.Health;

/// <summary>Leaves signals to the public listener's host, which stops the management listener last.</summary>
internal sealed class PassiveLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
