using System.Security.Cryptography;
using StackExchange.Redis;

namespace Fabraix.Proxy.Redis;

/// <summary>
/// Connects, says every two seconds that this replica lives, and, while Redis is away, asks until it is back. One script does both: it writes, so that a Redis
/// that only reads does not pass for one that is back.
/// </summary>
internal sealed class RedisProbe(RedisStore store, RedisConnection connection, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(1);

    // After this long without a good answer the connection itself is doubted: its view of who is the primary, an address that has moved, a peer that is gone.
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(1);
    private const int MostReplicas = 10_000;

    private static readonly RedisScript Alive = new("""
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 10000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 10000, '+inf')
        redis.call('PEXPIRE', KEYS[1], 60000)
        return redis.call('ZCARD', KEYS[1])
        """);

    private static readonly RedisScript Gone = new("return redis.call('ZREM', KEYS[1], ARGV[1])");

    private readonly RedisKey[] _keys = [store.Key("replicas")];
    private readonly RedisValue[] _self = [RandomNumberGenerator.GetHexString(16, lowercase: true)];
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first connection is waited for, but not long, and its failure stops nothing.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        store.Observe();
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(_began.Task, Task.Delay(LongestStart, time, cancellationToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await store.EvaluateAsync(Gone, _keys, _self);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (beat, good) = (time.GetTimestamp(), time.GetTimestamp());
        while (!stoppingToken.IsCancellationRequested)
        {
            if (connection.IsDue || (!store.IsUp && !connection.IsLocked && time.GetElapsedTime(good) > Doubt))
            {
                await connection.RenewAsync();
                good = time.GetTimestamp();
            }

            if (!store.IsUp || time.GetElapsedTime(beat) >= Beat)
            {
                beat = time.GetTimestamp();
                if (await BeatAsync())
                    good = beat;
            }
            else
            {
                good = time.GetTimestamp();
            }

            _began.TrySetResult();
            await Task.Delay(Tick, time, stoppingToken);
        }
    }

    private async Task<bool> BeatAsync()
    {
        if (await store.ProbeAsync(Alive, _keys, _self) is not { } alive)
            return false;
        store.Replicas = alive.Resp2Type == ResultType.Integer ? (int)Math.Clamp((long)alive, 1, MostReplicas) : 1;
        return true;
    }
}
