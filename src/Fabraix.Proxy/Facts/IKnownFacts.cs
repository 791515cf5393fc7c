namespace Fabraix.Proxy.Facts;

/// <summary>What is asked of each request, and so never over the network: noted at this replica, or with a Redis at any of them.</summary>
internal interface IKnownFacts
{
    /// <summary>Facts in memory.</summary>
    int Count { get; }

    /// <summary>Whether any may hold; while nothing was ever noted this costs one comparison.</summary>
    bool Any { get; }

    /// <inheritdoc cref="FactMemory.TryFind"/>
    bool TryFind(Fact fact, out long value);

    /// <summary>Notes a fact here, or anew one that is known, which needs no further room and counts until its first end.</summary>
    FactOutcome Add(Fact fact, DateTimeOffset until, string holder);

    /// <summary>Notes a fact here, or anew one that is known, which is nobody's.</summary>
    FactOutcome Add(Fact fact, long value, DateTimeOffset until);

    /// <summary>Whether whoever shall know what was noted here can, by now. If not, it is tried again without being asked.</summary>
    ValueTask<bool> TellAsync();
}
