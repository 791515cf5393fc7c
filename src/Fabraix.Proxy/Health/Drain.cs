using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Health;

/// <summary>
/// The way out. The first signal turns readiness off, and requests are taken for a while still, each answer with the word that its connection ends; then nothing new is
/// taken, and what is under way may end. The second signal ends all of it at once.
/// </summary>
internal sealed partial class Drain(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Drain> log) : IDisposable
{
    private readonly CancellationTokenSource _hurry = new();
    private int _signals;

    /// <summary>Whether the public listener answers: the management listener does so before it.</summary>
    public bool HasStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Whether no new traffic should come here.</summary>
    public bool HasBegun => Volatile.Read(ref _signals) > 0 || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Cancelled when even what is under way shall end.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>Takes a signal.</summary>
    /// <param name="delay">How long requests are still taken; asked with the first signal.</param>
    public async Task SignalAsync(Func<TimeSpan> delay)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            Log.Hurried(log);
            await _hurry.CancelAsync();
            return;
        }

        var wait = delay();
        Log.Begun(log, wait.TotalSeconds);
        await Task.Delay(wait, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.StopApplication();
    }

    /// <summary>While it lasts, tells the client with each answer to come on another connection, and so in the end to another replica: RFC 9112 section 9.6, RFC 9113 section 6.8.</summary>
    public void EndConnection(HttpContext context)
    {
        if (!HasBegun)
            return;
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
            context.Connection.RequestClose();
        else
            context.Response.Headers.Connection = "close";
    }

    public void Dispose() => _hurry.Dispose();

    private static partial class Log
    {
        [LoggerMessage(EventIds.Draining, LogLevel.Information, "Stopping: readiness is off, and requests are taken for {Seconds} more seconds.")]
        public static partial void Begun(ILogger logger, double seconds);

        [LoggerMessage(EventIds.StoppingAtOnce, LogLevel.Warning, "A second signal: stopping at once. Requests under way are cut.")]
        public static partial void Hurried(ILogger logger);
    }
}
