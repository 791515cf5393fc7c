using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>The connection of the moment. A new one takes its place once it stands, or where the old one does not either.</summary>
internal sealed class RedisConnection(RedisOptions options, RedisPassword? password = null) : IAsyncDisposable
{
    private readonly List<(RedisChannel Channel, Action Heard)> _channels = [];
    private readonly Lock _gate = new();
    private Opened? _opened;
    private string? _tried;

    public IDatabase? Database => Volatile.Read(ref _opened)?.Database;

    public bool IsConnected => Volatile.Read(ref _opened)?.IsConnected is true;

    /// <summary>Whether there is none yet, or a password that was not tried.</summary>
    public bool IsDue => IsLocked is false && (Volatile.Read(ref _opened) is null || password?.Value != _tried);

    /// <summary>Whether the password was never read.</summary>
    public bool IsLocked => password is { Value: null };

    /// <summary>Connects anew, within <see cref="RedisOptions.ConnectTimeout"/> or so. Failing is no exception here.</summary>
    public async Task RenewAsync()
    {
        _tried = password?.Value;
        var opened = new Opened(await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration(_tried)));
        var before = Volatile.Read(ref _opened);
        if (!opened.IsConnected && before is { IsConnected: true })
        {
            // A wrong new password does not end what the old one opened.
            await opened.CloseAsync();
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _opened, opened);
            foreach (var (channel, heard) in _channels)
                opened.Subscribe(channel, heard);
        }

        if (before is not null)
            await before.CloseAsync();
    }

    /// <summary>Calls <paramref name="heard"/> for each message, on this connection and those after it. A message may get lost.</summary>
    public void Subscribe(RedisChannel channel, Action heard)
    {
        lock (_gate)
        {
            _channels.Add((channel, heard));
            _opened?.Subscribe(channel, heard);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _opened, null) is { } opened)
            await opened.CloseAsync();
    }

    private sealed class Opened(ConnectionMultiplexer multiplexer)
    {
        public IDatabase Database { get; } = multiplexer.GetDatabase();

        public bool IsConnected => multiplexer.IsConnected;

        public void Subscribe(RedisChannel channel, Action heard) =>
            RedisStore.Forget(multiplexer.GetSubscriber().SubscribeAsync(channel, (_, _) => heard()));

        public async Task CloseAsync()
        {
            try
            {
                await multiplexer.CloseAsync(allowCommandsToComplete: false);
                await multiplexer.DisposeAsync();
            }
            catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
            {
                // It is gone, which is what was wanted.
            }
        }
    }
}
