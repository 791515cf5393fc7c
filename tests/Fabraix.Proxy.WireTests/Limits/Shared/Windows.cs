namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>What an exact sliding window makes of the same times.</summary>
internal static class Windows
{
    /// <summary>Most of them within any window.</summary>
    public static int Most(IReadOnlyList<TimeSpan> times, TimeSpan window)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= window) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    /// <summary>How many an exact log would admit.</summary>
    public static int Exact(IEnumerable<TimeSpan> asked, int quota, TimeSpan window)
    {
        var (log, admitted) = (new Queue<TimeSpan>(), 0);
        foreach (var at in asked)
        {
            while (log.TryPeek(out var oldest) && at - oldest >= window) log.Dequeue();
            if (log.Count >= quota) continue;
            log.Enqueue(at);
            admitted++;
        }

        return admitted;
    }
}
