namespace Fabraix.Proxy;

/// <summary>
/// The revision that answers now, and the change from one to the next. It starts before anything listens; a revision that is left goes on with the
/// requests that it has begun, and is let go after the last.
/// </summary>
internal sealed class Revisions(Func<ProxySettings, Revision?, Revision> make, ProxySettings first) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly List<Task> _leaving = [];
    private volatile Revision _current = make(first, null);
    private volatile bool _ended;

    public Revision Current => _current;

    public Task InvokeAsync(HttpContext context)
    {
        // Only in the moment of a change there is a second turn.
        while (!_ended)
        {
            if (_current.TryAnswer(context) is { } answering)
                return answering;
        }

        context.Abort();
        return Task.CompletedTask;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _current.TakeOver(before: null);
        await _current.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _current.StopAsync(cancellationToken);

    /// <summary>Puts other settings to work, or says what stands in their way, and then nothing has changed.</summary>
    public async Task<IReadOnlyList<string>> ChangeAsync(ProxySettings settings, CancellationToken cancellation)
    {
        var before = _current;
        var next = make(settings, before);
        try
        {
            await next.StartAsync(cancellation);
            if (next.Obstacles(before).ToArray() is { Length: > 0 } obstacles)
            {
                await LetGoAsync(next);
                return obstacles;
            }
        }
        catch
        {
            await LetGoAsync(next);
            throw;
        }

        // The counts first: whoever comes to the next revision finds them there.
        next.TakeOver(before);
        _current = next;
        _leaving.RemoveAll(task => task.IsCompleted);
        _leaving.Add(LetGoAsync(before));
        return [];
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;

        // Connections are cut by then, and a request that heeds nothing must not keep the process.
        var all = Task.WhenAll([.. _leaving, _current.DisposeAsync().AsTask()]);
        await Task.WhenAny(all, Task.Delay(LongestEnd));
    }

    private static async Task LetGoAsync(Revision revision)
    {
        await revision.StopAsync(CancellationToken.None);
        await revision.DisposeAsync();
    }
}
