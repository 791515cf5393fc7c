namespace Fabraix.Proxy.RateLimiting;

/// <summary>What a <see cref="FairWindow"/> says of one request.</summary>
internal enum FairVerdict
{
    Fits,

    /// <summary>The quota is spent.</summary>
    Full,

    /// <summary>This user has had more than others who want some too.</summary>
    Waits,
}

/// <summary>
/// One window of a quota that all users draw on. While more than half of it is free, whoever asks gets. When it gets tight, a line divides the users: who has
/// had less than the line says goes on, and who has had more waits until the line has risen. The line rises only by what the users below it will leave over,
/// judged by what they asked for in the last window, and at the same pace for each who waits: so shares are equal (by weight) among those who want more
/// than an equal share, all others get what they ask, and nothing lies idle (max-min fairness; the line is the virtual time of fair queueing, without a queue).
/// </summary>
/// <remarks>
/// Each method takes constant time but for the look ahead, once in a bucket. The script for Redis does the same sums; <c>docs/limits.md</c> tells how the constants were found,
/// and the simulation measures them. Not safe for several threads: the limiter holds its lock.
/// </remarks>
internal sealed class FairWindow(Window window)
{
    /// <summary>Of the quota: with more than this free after what is foreseen, or just free for one alone, nobody waits.</summary>
    public const double Loose = 0.5;

    /// <summary>Of the quota: kept free of those above the line, for those below who come unforeseen; or its square root, where that is less, since chance grows no faster.</summary>
    public const double Margin = 0.025;

    /// <summary>How much faster than the quota comes back the line may rise.</summary>
    public const double Pace = 1.5;

    /// <summary>Of an equal share: what a user who had nothing lately may have at once.</summary>
    public const double Credit = 1.25;

    /// <summary>Requests that this is at least.</summary>
    public const double LeastCredit = 3;

    /// <summary>Of the quota: what this is at most, so that the first of the day does not take it all before the second comes.</summary>
    public const double MostCredit = 0.25;

    /// <summary>Periods of a window in which those who wait are counted.</summary>
    public const int WaitingPeriods = 6;

    private WindowCount _used;
    private WindowCount _foreseen;
    private Turnout _waiting;
    private Turnout _asking;
    private double _line;
    private double _spare;
    private long _at;
    private long _foreseenSince;
    private int _bucket = -1;
    private int _quota;

    public Window Window => window;

    /// <summary>What it was last asked with; before that all.</summary>
    public int Quota => _quota == 0 ? window.Quota : _quota;

    /// <summary>Requests within the window.</summary>
    public int Used => _used.Total;

    private double Floor => _line - Math.Max(LeastCredit, Math.Min(MostCredit * _quota, Credit * _quota / _asking.Value));

    /// <summary>Comes to a time; first of all.</summary>
    /// <param name="now">In microseconds.</param>
    /// <param name="quota">Requests, for this replica.</param>
    public void Advance(long now, int quota)
    {
        var bucket = window.BucketAt(now);
        if (bucket != _bucket || quota != _quota)
        {
            (_bucket, _quota) = (bucket, quota);
            _used.Advance(bucket, window.Keep);
            _foreseen.Advance(bucket, window.Keep);
            _spare = _used.LeastFree(quota, now, window, Foreseen(now)) - (quota < 5 ? 0 : Math.Max(1, Math.Floor(Math.Min(Margin * quota, Math.Sqrt(quota)) + 0.5)));
        }

        _waiting.Advance(now, window.Micros / WaitingPeriods);
        _asking.Advance(now, window.Micros);
        if (_spare > 0)
            _line += Math.Min(Pace * quota * (now - _at) / window.Micros, _spare) / _waiting.Value;
        _at = now;
    }

    /// <summary>Judges one request, and counts nothing of it but that it was asked.</summary>
    public FairVerdict Judge(ref FairTag tag, double weight)
    {
        _asking.Note(ref tag.Asked, weight);
        if (!IsLoose(weight) && From(tag) > _line)
            return FairVerdict.Waits;
        return _used.Total >= _quota ? FairVerdict.Full : FairVerdict.Fits;
    }

    /// <summary>Notes a request that was refused, after all of its windows were judged.</summary>
    public void Refuse(FairVerdict verdict, ref FairTag tag, double weight)
    {
        if (verdict == FairVerdict.Waits)
            _waiting.Note(ref tag.Waited, weight);
        else if (verdict == FairVerdict.Full)
            ForeseeOnce(ref tag, weight);
    }

    /// <summary>Counts a request that goes on.</summary>
    public void Take(ref FairTag tag, double weight)
    {
        Foresee(tag, weight);
        _used.Add(_bucket);
        _spare--;
        tag.Had = From(tag) + (1 / weight);
    }

    /// <summary>
    /// Takes back a request that never went upstream. Its user has had it: what is foreseen of somebody is bounded by their way up to the line, and who went
    /// up and down below it would be foreseen without end, and have everybody above it wait for requests that never come.
    /// </summary>
    public void Return(long at)
    {
        if (_used.Remove(window.BucketAt(at)))
            _spare++;
    }

    /// <summary>Counts a request from now on that was counted earlier, and goes upstream only now.</summary>
    public void Renew(long at)
    {
        if (_used.Remove(window.BucketAt(at)))
            _used.Add(_bucket);
    }

    /// <summary>Microseconds until it is worth to ask again.</summary>
    public long Wait(FairVerdict verdict, in FairTag tag)
    {
        if (verdict == FairVerdict.Full)
            return _used.UntilRoom(_at, window);
        var rise = (From(tag) - _line) * _waiting.Value * window.Micros / (Pace * _quota);
        return Math.Min(window.Micros, (long)Math.Min(rise, window.Micros) + (_spare > 0 ? 0 : UntilSpare()));
    }

    // Where there is room, and only what is foreseen holds it back, a period tells whether that comes.
    private long UntilSpare()
    {
        var room = _used.UntilRoom(_at, window, 1 - _spare);
        return _quota - _used.Total > Math.Max(2, 2 * Margin * _quota) ? Math.Min(room, window.Micros / WaitingPeriods) : room;
    }

    // What others asked lately they are expected to ask again. Who is alone foretells nothing by a page's first calls.
    private bool IsLoose(double weight) => (_asking.Value <= weight ? _quota - _used.Total : _spare) > Loose * _quota;

    private double From(in FairTag tag) => Math.Max(tag.Had, Floor);

    /// <summary>Requests a microsecond that those below the line ask for.</summary>
    private double Foreseen(long now) =>
        _foreseen.Total == 0 ? 0 : _foreseen.Total / (double)Math.Clamp(now - _foreseenSince, window.Micros / WaitingPeriods, window.Micros);

    /// <summary>Who is refused and asks again at once wants no more by that: one request in a period is foreseen.</summary>
    private void ForeseeOnce(ref FairTag tag, double weight)
    {
        if (tag.Waited != -_waiting.Period && Foresee(tag, weight))
            tag.Waited = -_waiting.Period;
    }

    private bool Foresee(in FairTag tag, double weight)
    {
        if (tag.Waited >= _waiting.Period - 1 || From(tag) + (1 / weight) > _line)
            return false;
        if (_foreseen.IsEmpty)
            _foreseenSince = _at;
        _foreseen.Add(_bucket);
        return true;
    }
}
