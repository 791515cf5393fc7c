namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// A sliding window counter: requests of the current window, and those of the one before weighted by how much of it still
/// lies within the last window's length. It needs two numbers whatever the quota; windows begin with the first request,
/// so that a burst from rest is counted exactly.
/// </summary>
internal struct WindowCount
{
    private TimeSpan _start;
    private int _current;
    private int _previous;

    /// <summary>Moves on to the window that holds <paramref name="now"/>.</summary>
    public void Advance(TimeSpan now, TimeSpan length)
    {
        var passed = (long)((now - _start) / length);
        if ((_current == 0 && _previous == 0) || passed > 1)
            (_start, _current, _previous) = (now, 0, 0);
        else if (passed == 1)
            (_start, _previous, _current) = (_start + length, _current, 0);
    }

    public void Add() => _current++;

    /// <summary>How many more requests fit now.</summary>
    public readonly int Remaining(TimeSpan now, Window window) =>
        Math.Max(0, (int)Math.Floor(window.Quota - _current - (_previous * (1 - Fraction(now, window)))));

    /// <summary>Seconds, rounded up, until one more fits; at least 1.</summary>
    public readonly int SecondsUntilOneFits(TimeSpan now, Window window)
    {
        // Solve quota >= counted + weighted + 1 for the fraction of the window that must have passed.
        var wait = _current < window.Quota
            ? ((1 - ((window.Quota - 1.0 - _current) / Math.Max(1, _previous))) * window.Length) - (now - _start)
            : window.Length - (now - _start) + ((1 - ((window.Quota - 1.0) / _current)) * window.Length);
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
    }

    /// <summary>Seconds, rounded up, until the current window ends.</summary>
    public readonly int SecondsLeft(TimeSpan now, Window window) => Math.Max(1, (int)Math.Ceiling((window.Length - (now - _start)).TotalSeconds));

    private readonly double Fraction(TimeSpan now, Window window) => (now - _start) / window.Length;
}
