namespace Fabraix.Proxy.Facts;

/// <summary>
/// What this replica knows by itself: a <see cref="FactMemory"/> of which no holder may fill more than a share, so that one cannot fill it for all others. Asking takes
/// no lock.
/// </summary>
/// <param name="most">How many facts hold at once.</param>
/// <param name="mostOfOne">How many of them one holder may have.</param>
/// <param name="time">The clock.</param>
internal sealed class MemoryFacts(int most, int mostOfOne, TimeProvider time) : ISeenFacts, IKnownFacts
{
    private readonly FactMemory _facts = new(most, time);
    private readonly Lock _gate = new();

    // Who holds how many, and when one of them ends: both are no longer than the list of facts.
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> _ends = new();
    private readonly LastEnd _lastEnd = new(time);

    public int Count => _facts.Count;

    public bool Any => _lastEnd.IsAhead;

    /// <summary>Who holds a fact.</summary>
    internal int Holders => _held.Count;

    public bool TryFind(Fact fact, out long value) => _facts.TryFind(fact, out value);

    /// <summary>Notes a fact that must be new, for a holder who has room for it.</summary>
    public FactOutcome TryAdd(Fact fact, DateTimeOffset until, string holder)
    {
        lock (_gate)
            return HasRoom(holder) ? Counted(_facts.TryAdd(fact, value: 0, until), until, holder) : FactOutcome.Full;
    }

    public ValueTask<FactOutcome> TryAddAsync(Fact fact, DateTimeOffset until, string holder) => ValueTask.FromResult(TryAdd(fact, until, holder));

    public FactOutcome Add(Fact fact, DateTimeOffset until, string holder)
    {
        _lastEnd.Reach(until);
        lock (_gate)
            return HasRoom(holder) || _facts.TryFind(fact, out _) ? Counted(_facts.Add(fact, value: 0, until), until, holder) : FactOutcome.Full;
    }

    public FactOutcome Add(Fact fact, long value, DateTimeOffset until)
    {
        _lastEnd.Reach(until);
        return _facts.Add(fact, value, until);
    }

    /// <summary>Nobody else is to know.</summary>
    public ValueTask<bool> TellAsync() => ValueTask.FromResult(true);

    /// <inheritdoc cref="FactMemory.Covers"/>
    public bool Covers(FactEntry entry) => _facts.Covers(entry);

    /// <inheritdoc cref="FactMemory.Holding"/>
    public IEnumerable<FactEntry> Holding() => _facts.Holding();

    private bool HasRoom(string holder)
    {
        var now = time.GetUtcNow().UtcTicks;
        while (_ends.TryPeek(out var ended, out var end) && end <= now)
        {
            _ends.Dequeue();
            if (--_held[ended] == 0)
                _held.Remove(ended);
        }

        return _held.GetValueOrDefault(holder) < mostOfOne;
    }

    private FactOutcome Counted(FactOutcome outcome, DateTimeOffset until, string holder)
    {
        if (outcome == FactOutcome.New)
        {
            _held[holder] = _held.GetValueOrDefault(holder) + 1;
            _ends.Enqueue(holder, until.UtcTicks);
        }

        return outcome;
    }
}
