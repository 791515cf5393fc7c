using System.Collections.Concurrent;

namespace Fabraix.Proxy.Facts;

/// <summary>What became of a fact that was to be noted.</summary>
internal enum FactOutcome
{
    /// <summary>It is noted, and was not known before.</summary>
    New,

    /// <summary>It was known, and still holds.</summary>
    Known,

    /// <summary>There is no room. It is not noted, and nothing was forgotten for it: a fact forgotten early is a replayed proof or a revoked token let in.</summary>
    Full,
}

/// <summary>
/// Facts that hold until a time, each with a number: "this proof was seen", "this user's tokens are revoked that were issued before". Bounded. Asking takes no lock.
/// </summary>
/// <param name="most">How many facts hold at once.</param>
/// <param name="time">The clock.</param>
internal sealed class FactMemory(int most, TimeProvider time)
{
    private static readonly TimeSpan Bucket = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Fact, Entry> _facts = new();
    private readonly Lock _gate = new();

    // Which facts may end in which ten seconds, so that the ended ones are found without a look at all others.
    private readonly SortedDictionary<long, List<Fact>> _ends = [];

    public int Count => _facts.Count;

    /// <summary>Notes a fact that must be new.</summary>
    public FactOutcome TryAdd(Fact fact, long value, DateTimeOffset until)
    {
        lock (_gate)
        {
            Forget();
            if (TryFind(fact, out _))
                return FactOutcome.Known;
            return Note(fact, new Entry(value, until)) ? FactOutcome.New : FactOutcome.Full;
        }
    }

    /// <summary>Notes a fact, or anew one that is known: then the greater value and the later end hold.</summary>
    public FactOutcome Add(Fact fact, long value, DateTimeOffset until)
    {
        lock (_gate)
        {
            Forget();
            if (!_facts.TryGetValue(fact, out var known) || known.Until <= time.GetUtcNow())
                return Note(fact, new Entry(value, until)) ? FactOutcome.New : FactOutcome.Full;
            Put(fact, new Entry(Math.Max(value, known.Value), until > known.Until ? until : known.Until));
            return FactOutcome.Known;
        }
    }

    /// <summary>Whether a fact holds now, and its number.</summary>
    public bool TryFind(Fact fact, out long value)
    {
        var holds = _facts.TryGetValue(fact, out var entry) && entry.Until > time.GetUtcNow();
        value = entry.Value;
        return holds;
    }

    private bool Note(Fact fact, Entry entry)
    {
        if (_facts.Count >= most && !_facts.ContainsKey(fact))
            return false;
        Put(fact, entry);
        return true;
    }

    private void Put(Fact fact, Entry entry)
    {
        _facts[fact] = entry;
        var end = (entry.Until.UtcTicks / Bucket.Ticks) + 1;
        if (!_ends.TryGetValue(end, out var facts))
            _ends.Add(end, facts = []);
        facts.Add(fact);
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        while (_ends.Count > 0 && _ends.First() is var (end, facts) && end <= now.UtcTicks / Bucket.Ticks)
        {
            _ends.Remove(end);
            foreach (var fact in facts)
            {
                // One that was noted anew meanwhile stands in a later list as well.
                if (_facts.TryGetValue(fact, out var entry) && entry.Until <= now)
                    _facts.TryRemove(fact, out _);
            }
        }
    }

    private readonly record struct Entry(long Value, DateTimeOffset Until);
}
