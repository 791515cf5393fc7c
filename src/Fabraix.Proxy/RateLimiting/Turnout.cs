namespace Fabraix.Proxy.RateLimiting;

/// <summary>How many users (by weight) did something lately: the greater of this period's and the last one's, and never under 1.</summary>
internal struct Turnout
{
    private double _now;
    private double _before;

    /// <summary>Counted from 2, so that one who never took part did so long ago.</summary>
    public int Period { get; private set; }

    public readonly double Value => Math.Max(1, Math.Max(_now, _before));

    public void Advance(long now, long length)
    {
        var period = (int)(now / length) + 2;
        if (period == Period)
            return;
        (_before, _now) = (period == Period + 1 ? _now : 0, 0);
        Period = period;
    }

    /// <param name="last">The period in which this one took part last.</param>
    /// <param name="weight">Whose.</param>
    public void Note(ref int last, double weight)
    {
        if (last == Period)
            return;
        last = Period;
        _now += weight;
    }
}
