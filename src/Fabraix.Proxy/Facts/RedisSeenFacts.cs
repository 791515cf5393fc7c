using Fabraix.Proxy.Redis;
using StackExchange.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>
/// What may happen once at all replicas together: noted here, and then in Redis, in one round trip. While Redis is away each replica decides by what it
/// has seen itself.
/// </summary>
/// <param name="own">What this replica has seen; it bounds how much one holder may note.</param>
/// <param name="store">The shared Redis.</param>
/// <param name="time">The clock.</param>
/// <param name="margin">How far clocks may disagree: a replica whose clock is behind takes a proof for longer.</param>
internal sealed class RedisSeenFacts(MemoryFacts own, RedisStore store, TimeProvider time, TimeSpan margin) : ISeenFacts
{
    private static readonly RedisScript First = new("return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) and 1 or 0");

    public async ValueTask<FactOutcome> TryAddAsync(Fact fact, DateTimeOffset until, string holder)
    {
        if (own.TryAdd(fact, until, holder) is not FactOutcome.New and var outcome)
            return outcome;
        var milliseconds = Math.Max(1, (long)(until - time.GetUtcNow() + margin).TotalMilliseconds);
        var first = await store.EvaluateAsync(First, [store.Key($"seen:{fact}")], [milliseconds]);
        return first is { Resp2Type: ResultType.Integer } && (long)first == 0 ? FactOutcome.Known : FactOutcome.New;
    }
}
