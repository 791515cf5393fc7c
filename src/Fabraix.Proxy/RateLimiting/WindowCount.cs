namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// The requests within one sliding window, counted in buckets of a 120th of it. A bucket counts until a whole window has passed since its end: so no span
/// of the window's length ever holds more than the quota, and a request waits at most a 120th (0.83 %) longer than an exact log would make it.
/// At most 122 entries of 8 bytes, whatever the quota; one that is seldom asked begins with four.
/// </summary>
/// <remarks>The script that counts in Redis keeps the same buckets, and a test compares the two.</remarks>
internal struct WindowCount
{
    public const int Buckets = 120;

    private Entry[]? _ring;
    private int _oldest;
    private int _entries;

    /// <summary>Requests within the window.</summary>
    public int Total { get; private set; }

    /// <summary>Bytes that the entries take.</summary>
    public readonly int Size => _ring is null ? 0 : 24 + (_ring.Length * 8);

    public readonly bool IsEmpty => _entries == 0;

    /// <summary>Forgets what has left the window.</summary>
    /// <param name="bucket">The present one.</param>
    /// <param name="keep">See <see cref="Window.Keep"/>.</param>
    public void Advance(int bucket, int keep = Buckets)
    {
        while (_entries > 0 && bucket - _ring![_oldest].Bucket > keep)
        {
            Total -= _ring[_oldest].Requests;
            _oldest = (_oldest + 1) % _ring.Length;
            _entries--;
        }
    }

    public void Add(int bucket)
    {
        Total++;
        if (_entries > 0 && At(_entries - 1).Bucket == bucket)
        {
            At(_entries - 1).Requests++;
            return;
        }

        Grow();
        _entries++;
        At(_entries - 1) = new Entry { Bucket = bucket, Requests = 1 };
    }

    /// <summary>Takes back a request that was counted in a bucket, if that is still within the window.</summary>
    public bool Remove(int bucket)
    {
        for (var i = _entries - 1; i >= 0 && At(i).Bucket >= bucket; i--)
        {
            if (At(i).Bucket != bucket || At(i).Requests == 0)
                continue;
            At(i).Requests--;
            Total--;
            return true;
        }

        return false;
    }

    /// <summary>Microseconds until the oldest requests leave, and so make room.</summary>
    /// <param name="now">The time.</param>
    /// <param name="window">Whose count this is.</param>
    /// <param name="room">For how many.</param>
    public readonly long UntilRoom(long now, Window window, double room = 1)
    {
        for (var i = 0; i < _entries; i++)
        {
            room -= At(i).Requests;
            if (room <= 0 || i == _entries - 1)
                return Math.Max(0, LeavesAt(i, window) - now);
        }

        return 0;
    }

    /// <summary>
    /// How much of the quota stays free at the worst time of the coming window, if further requests come at a rate: they may then come in any order with
    /// one standard deviation of a Poisson process to spare.
    /// </summary>
    public readonly double LeastFree(int quota, long now, Window window, double perMicro)
    {
        double free = quota - Total;
        var least = Math.Min(free, quota - (perMicro * window.Micros));
        for (var i = 0; i < _entries; i++)
        {
            var until = perMicro * (LeavesAt(i, window) - now);
            least = Math.Min(least, free - until - Math.Sqrt(until));
            free += At(i).Requests;
        }

        return least;
    }

    private readonly long LeavesAt(int entry, Window window) => (At(entry).Bucket + window.Keep + 1L) * window.Bucket;

    private readonly ref Entry At(int entry) => ref _ring![(_oldest + entry) % _ring.Length];

    private void Grow()
    {
        var size = _ring?.Length ?? 0;
        if (_entries < size)
            return;

        var larger = new Entry[size == 0 ? 4 : Math.Min(size * 2, Buckets + 2)];
        for (var i = 0; i < _entries; i++)
            larger[i] = At(i);
        (_ring, _oldest) = (larger, 0);
    }

    private struct Entry
    {
        public int Bucket;
        public int Requests;
    }
}
