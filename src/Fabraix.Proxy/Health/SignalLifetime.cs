using System.Runtime.InteropServices;

namespace Fabraix.Proxy.Health;

/// <summary>Has the signals by which a process is asked to stop begin a <see cref="Drain"/>, in place of the framework's way, which refuses new connections at once.</summary>
internal sealed class SignalLifetime(Drain drain, Func<TimeSpan> delay) : IHostLifetime, IDisposable
{
    private IReadOnlyList<PosixSignalRegistration> _registered = [];

    /// <summary>Has a handler called for each signal by which a process is asked to stop.</summary>
    public static IReadOnlyList<PosixSignalRegistration> Heed(Action<PosixSignalContext> handler) =>
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, handler))];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registered = Heed(OnSignal);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registered)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = drain.SignalAsync(delay);
    }
}
