using System.Threading.Channels;
using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>Reads what other replicas tell: before traffic, at each notice, and every half second, since a notice may get lost.</summary>
internal sealed class FactFollower(IEnumerable<IKnownFacts> facts, RedisStore store, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(2);

    private readonly RedisKnownFacts[] _followed = [.. facts.OfType<RedisKnownFacts>()];
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Task _first = Task.CompletedTask;

    /// <summary>What is revoked is known before the first request, where Redis is there.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var followed in _followed)
            store.Subscribe(followed.Channel, () => _news.Writer.TryWrite(true));
        if (store.IsUp)
            await Task.WhenAny(_first = FollowAsync(), Task.Delay(LongestStart, time, cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _first;
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
            if (store.IsUp)
                await FollowAsync();

            // Whoever floods the channel does not keep this replica busy.
            await Task.Delay(Least, time, stoppingToken);
        }
    }

    private Task FollowAsync() => Task.WhenAll(_followed.Select(followed => followed.FollowAsync()));

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await _news.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // No notice came, or it was lost.
        }
    }
}
