using System.Collections.Concurrent;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Counts requests of many holders (users, or addresses) against the same windows, in this process. Bounded: past
/// <paramref name="capacity"/> holders the ones longest idle are forgotten. A refused request is not counted.
/// </summary>
internal sealed class MemoryLimiter<THolder>(IReadOnlyList<Window> windows, TimeProvider time, int capacity = 100_000)
    where THolder : notnull
{
    private readonly ConcurrentDictionary<THolder, Entry> _entries = new();
    private readonly Lock _evicting = new();
    private readonly long _zero = time.GetTimestamp();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Asks for one request; null where there is no window.</summary>
    public Usage? Ask(THolder holder)
    {
        if (windows.Count == 0)
            return null;

        var now = time.GetElapsedTime(_zero);
        if (!_entries.TryGetValue(holder, out var entry))
            entry = Add(holder);
        lock (entry)
            return entry.Ask(windows, now);
    }

    private Entry Add(THolder holder)
    {
        var fresh = new Entry(windows.Count);
        var entry = _entries.GetOrAdd(holder, fresh);
        if (ReferenceEquals(entry, fresh) && Interlocked.Increment(ref _count) > capacity)
            Evict();
        return entry;
    }

    /// <summary>Forgets the tenth that was idle longest; so the cost of a pass is shared by the many additions before the next.</summary>
    private void Evict()
    {
        if (!_evicting.TryEnter())
            return;
        try
        {
            foreach (var (holder, _) in _entries.OrderBy(pair => pair.Value.LastAsked).Take(Math.Max(1, capacity / 10)).ToArray())
            {
                if (_entries.TryRemove(holder, out _))
                    Interlocked.Decrement(ref _count);
            }
        }
        finally
        {
            _evicting.Exit();
        }
    }

    private sealed class Entry(int windows)
    {
        private readonly WindowLog[] _logs = new WindowLog[windows];

        public TimeSpan LastAsked { get; private set; }

        public Usage Ask(IReadOnlyList<Window> windows, TimeSpan now)
        {
            LastAsked = now;
            for (var i = 0; i < windows.Count; i++)
                _logs[i].Advance(now, windows[i].Length);

            var refused = Worst(windows, now, onlyFull: true);
            if (refused is not null)
                return refused.Value;
            for (var i = 0; i < windows.Count; i++)
                _logs[i].Add(now, windows[i].Length);
            return Worst(windows, now, onlyFull: false)!.Value;
        }

        /// <summary>The full window that takes longest to have room again, or the one with the fewest requests left.</summary>
        private Usage? Worst(IReadOnlyList<Window> windows, TimeSpan now, bool onlyFull)
        {
            Usage? worst = null;
            for (var i = 0; i < windows.Count; i++)
            {
                var window = windows[i];
                var remaining = window.Quota - _logs[i].Count;
                if (onlyFull && remaining > 0)
                    continue;
                var seconds = _logs[i].SecondsUntilRoom(now, window.Length);
                if (worst is not { } other || remaining < other.Remaining || (remaining == other.Remaining && seconds > other.Seconds))
                    worst = new Usage(!onlyFull, window, remaining, seconds);
            }

            return worst;
        }
    }
}
