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
/// <remarks>
/// A fact ends when both the clock and the time since it was noted say so: a clock that is set ahead, and back again, makes nothing end early.
/// </remarks>
/// <param name="most">How many facts hold at once.</param>
/// <param name="time">The clock.</param>
internal sealed class FactMemory(int most, TimeProvider time)
{
    private static readonly TimeSpan Bucket = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Fact, Entry> _facts = new();
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();

    // Which facts may end in which ten seconds, so that the ended ones are found without a look at all others. A fact stands in one list, and
    // where it holds longer by then, in a later one.
    private readonly SortedDictionary<long, List<Fact>> _ends = [];

    public int Count => _facts.Count;

    /// <summary>How many facts the lists of ends hold.</summary>
    internal int Listed
    {
        get
        {
            lock (_gate)
                return _ends.Values.Sum(facts => facts.Count);
        }
    }

    private Now Present => new(time.GetUtcNow(), time.GetElapsedTime(_began));

    /// <summary>Notes a fact that must be new.</summary>
    public FactOutcome TryAdd(Fact fact, long value, DateTimeOffset until)
    {
        lock (_gate)
        {
            var now = Forget();
            return _facts.TryGetValue(fact, out var known) && known.Holds(now) ? FactOutcome.Known : Note(fact, Entry.Of(value, until, now));
        }
    }

    /// <summary>Notes a fact, or anew one that is known: then the greater value and the later end hold.</summary>
    public FactOutcome Add(Fact fact, long value, DateTimeOffset until)
    {
        lock (_gate)
        {
            var now = Forget();
            var entry = Entry.Of(value, until, now);
            if (!_facts.TryGetValue(fact, out var known) || !known.Holds(now))
                return Note(fact, entry);
            _facts[fact] = known.With(entry);
            return FactOutcome.Known;
        }
    }

    /// <summary>Whether a fact holds now, and its number.</summary>
    public bool TryFind(Fact fact, out long value)
    {
        var holds = _facts.TryGetValue(fact, out var entry) && entry.Holds(Present);
        value = entry.Value;
        return holds;
    }

    /// <summary>Whether a fact holds with no less a number, and for no less long.</summary>
    public bool Covers(FactEntry entry) => _facts.TryGetValue(entry.Fact, out var known) && known.Holds(Present) && known.Value >= entry.Value && known.Until >= entry.Until;

    /// <summary>All that holds now.</summary>
    public IEnumerable<FactEntry> Holding()
    {
        var now = Present;
        return _facts.Where(pair => pair.Value.Holds(now)).Select(pair => new FactEntry(pair.Key, pair.Value.Value, pair.Value.Until));
    }

    private FactOutcome Note(Fact fact, Entry entry)
    {
        // One that has ended and was not forgotten yet stands in a list.
        var listed = _facts.ContainsKey(fact);
        if (!listed && _facts.Count >= most)
            return FactOutcome.Full;
        _facts[fact] = entry;
        if (!listed)
            List(fact, entry.Lasts);
        return FactOutcome.New;
    }

    private void List(Fact fact, TimeSpan end)
    {
        var bucket = (end.Ticks / Bucket.Ticks) + 1;
        if (!_ends.TryGetValue(bucket, out var facts))
            _ends.Add(bucket, facts = []);
        facts.Add(fact);
    }

    private Now Forget()
    {
        var now = Present;
        while (_ends.Count > 0 && _ends.First() is var (bucket, facts) && bucket <= now.Elapsed.Ticks / Bucket.Ticks)
        {
            _ends.Remove(bucket);
            foreach (var fact in facts)
            {
                var entry = _facts[fact];
                if (entry.Holds(now))
                    List(fact, entry.EndsAfter(now));
                else
                    _facts.TryRemove(fact, out _);
            }
        }

        return now;
    }

    /// <summary>The time by the clock, and by what nobody sets.</summary>
    private readonly record struct Now(DateTimeOffset Clock, TimeSpan Elapsed);

    /// <param name="Value">Its number.</param>
    /// <param name="Until">Its end by the clock.</param>
    /// <param name="Lasts">Its end by the time since this memory began.</param>
    private readonly record struct Entry(long Value, DateTimeOffset Until, TimeSpan Lasts)
    {
        public static Entry Of(long value, DateTimeOffset until, Now now) => new(value, until, now.Elapsed + (until - now.Clock));

        public bool Holds(Now now) => Until > now.Clock || Lasts > now.Elapsed;

        public Entry With(Entry other) => new(Math.Max(Value, other.Value), Until > other.Until ? Until : other.Until, Lasts > other.Lasts ? Lasts : other.Lasts);

        /// <summary>When to look at it again: its later end, as far as that can be foreseen.</summary>
        public TimeSpan EndsAfter(Now now)
        {
            var byClock = now.Elapsed + (Until - now.Clock);
            return byClock > Lasts ? byClock : Lasts;
        }
    }
}
