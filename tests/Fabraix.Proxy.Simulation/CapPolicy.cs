using Fabraix.Proxy.RateLimiting;

namespace Fabraix.Proxy.Simulation;

/// <summary>The quota divided by a number, each part for itself and at least 1: by the number of users that is a static cap, by 1 first come first served. All replicas know all.</summary>
internal sealed class CapPolicy : IPolicy
{
    private readonly TimeProvider _time;
    private readonly Window[] _windows;
    private readonly WindowCount[][] _counts;

    public CapPolicy(Scenario scenario, TimeProvider time, int parts)
    {
        _time = time;
        _windows = [Window.Minute("cap", Math.Max(1, scenario.PerMinute / parts)), Window.Hour("cap", Math.Max(1, scenario.PerHour / parts))];
        _counts = [.. Enumerable.Range(0, parts).Select(_ => new WindowCount[_windows.Length])];
    }

    public long? Ask(int user, int replica)
    {
        var (now, counts, wait) = (_time.GetTimestamp(), _counts[user % _counts.Length], -1L);
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i].Advance(_windows[i].BucketAt(now));
            if (counts[i].Total >= _windows[i].Quota)
                wait = Math.Max(wait, counts[i].UntilRoom(now, _windows[i]));
        }

        if (wait >= 0)
            return wait;
        for (var i = 0; i < counts.Length; i++)
            counts[i].Add(_windows[i].BucketAt(now));
        return null;
    }
}
