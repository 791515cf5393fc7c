namespace Fabraix.Proxy.Status;

/// <summary>The most that was used of each shared window in each minute of the last hour. It outlives changes of the configuration; a window that is gone is forgotten after an hour.</summary>
internal sealed class QuotaHistory(TimeProvider time)
{
    /// <summary>Minutes that are kept, the present one among them.</summary>
    public const int Minutes = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Sample[]> _rings = new(StringComparer.Ordinal);
    private readonly long _began = time.GetTimestamp();

    // From 1: a sample that was never taken is of minute 0.
    private long Minute => (time.GetElapsedTime(_began).Ticks / TimeSpan.TicksPerMinute) + 1;

    /// <summary>Windows that are remembered.</summary>
    public int Windows
    {
        get
        {
            lock (_gate)
                return _rings.Count;
        }
    }

    public void Note(string window, int used)
    {
        lock (_gate)
        {
            var minute = Minute;
            if (!_rings.TryGetValue(window, out var ring))
                _rings.Add(window, ring = new Sample[Minutes]);
            ref var sample = ref ring[minute % Minutes];
            sample = new Sample(minute, sample.Minute == minute ? Math.Max(sample.Used, used) : used);
        }
    }

    /// <summary>The last hour, minute by minute, the present one last; null where nothing was noted.</summary>
    public IReadOnlyList<int?> Of(string window)
    {
        lock (_gate)
        {
            var now = Minute;
            var ring = _rings.GetValueOrDefault(window) ?? [];
            return [.. Enumerable.Range(1, Minutes).Select(i => now - Minutes + i).Select(minute => minute > 0 && ring.Length > 0 && ring[minute % Minutes] is var sample && sample.Minute == minute ? sample.Used : (int?)null)];
        }
    }

    /// <summary>Lets go of windows of which nothing is left.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            var oldest = Minute - Minutes + 1;
            foreach (var gone in _rings.Where(ring => ring.Value.All(sample => sample.Minute < oldest)).Select(ring => ring.Key).ToList())
                _rings.Remove(gone);
        }
    }

    private readonly record struct Sample(long Minute, int Used);
}
