namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// The requests of one holder within one window, as a log whose entries each stand for up to a sixtieth of the window. An
/// entry leaves when its last request is a window's length old: so no time span of that length ever holds more than the
/// quota, and a request waits at most a sixtieth longer than an exact log would make it. At most 61 entries, whatever the quota.
/// </summary>
internal struct WindowLog
{
    private const int EntriesPerWindow = 60;

    private Entry[]? _ring;
    private int _oldest;
    private int _entries;

    /// <summary>Requests within the window.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets what has left the window.</summary>
    public void Advance(TimeSpan now, TimeSpan length)
    {
        while (_entries > 0 && _ring![_oldest] is var oldest && now - oldest.Last >= length)
        {
            Count -= oldest.Requests;
            _oldest = (_oldest + 1) % _ring.Length;
            _entries--;
        }
    }

    public void Add(TimeSpan now, TimeSpan length)
    {
        Count++;
        if (_entries > 0 && now - Newest.First < length / EntriesPerWindow)
        {
            Newest.Requests++;
            Newest.Last = now;
            return;
        }

        Grow();
        _entries++;
        Newest = new Entry { First = now, Last = now, Requests = 1 };
    }

    /// <summary>Whole seconds, rounded up, until the oldest requests leave and so make room; at least 1.</summary>
    public readonly int SecondsUntilRoom(TimeSpan now, TimeSpan length) =>
        _entries == 0 ? 1 : Math.Max(1, (int)Math.Ceiling((_ring![_oldest].Last + length - now).TotalSeconds));

    private readonly ref Entry Newest => ref _ring![(_oldest + _entries - 1) % _ring.Length];

    private void Grow()
    {
        var size = _ring?.Length ?? 0;
        if (_entries < size)
            return;

        // Most users ask seldom: the log begins small.
        var larger = new Entry[size == 0 ? 4 : size * 2];
        for (var i = 0; i < _entries; i++)
            larger[i] = _ring![(_oldest + i) % size];
        (_ring, _oldest) = (larger, 0);
    }

    private struct Entry
    {
        public TimeSpan First;
        public TimeSpan Last;
        public int Requests;
    }
}
