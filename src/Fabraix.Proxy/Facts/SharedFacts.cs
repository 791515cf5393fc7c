using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>Makes what one replica knows known to all, through Redis. There is none where the store is memory.</summary>
internal sealed class SharedFacts(RedisStore store, TimeProvider time, ILogger<RedisKnownFacts> log)
{
    /// <inheritdoc cref="RedisSeenFacts"/>
    public ISeenFacts Seen(MemoryFacts own, TimeSpan margin) => new RedisSeenFacts(own, store, time, margin);

    /// <summary>To be registered as <see cref="IKnownFacts"/> besides, so that <see cref="FactFollower"/> follows it from the start on.</summary>
    /// <param name="kind">Names them in Redis; each kind once.</param>
    /// <param name="own">What this replica notes itself.</param>
    /// <param name="most">How many facts replicas tell each other at most.</param>
    public IKnownFacts Known(string kind, MemoryFacts own, int most) => new RedisKnownFacts(own, most, new FactLog(kind, most, store), time, log);
}
