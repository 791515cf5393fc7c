using System.Collections.Concurrent;
using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>Makes what one replica knows known to all, through Redis. There is none where the store is memory.</summary>
internal sealed class SharedFacts(RedisStore store, TimeProvider time, ILogger<RedisKnownFacts> log)
{
    private readonly ConcurrentQueue<RedisKnownFacts> _followed = new();

    /// <summary>What others tell of.</summary>
    public IEnumerable<RedisKnownFacts> Followed => _followed;

    /// <inheritdoc cref="RedisSeenFacts"/>
    public ISeenFacts Seen(MemoryFacts own, TimeSpan margin) => new RedisSeenFacts(own, store, time, margin);

    /// <param name="kind">Names them in Redis; each kind once.</param>
    /// <param name="own">What this replica notes itself.</param>
    /// <param name="most">How many facts replicas tell each other at most.</param>
    public IKnownFacts Known(string kind, MemoryFacts own, int most)
    {
        var known = new RedisKnownFacts(own, most, new FactLog(kind, most, store), time, log);
        _followed.Enqueue(known);
        return known;
    }
}
