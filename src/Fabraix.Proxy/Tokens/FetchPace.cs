using System.Security.Cryptography;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// When an issuer's source may be asked, and when it must be: at the interval, sooner after a failure, and for an unknown kid no
/// sooner than the cool-down after the last fetch, whoever asked for that. One thread at a time uses it.
/// </summary>
internal sealed class FetchPace(IssuerOptions issuer, TimeProvider time)
{
    /// <summary>The longest time between two fetches: within it a removed key stops working.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(5);

    /// <summary>The shortest time between two fetches from a provider.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(5);

    /// <summary>The same for a file, which is nobody's burden, and while there are no keys and all requests wait.</summary>
    public static readonly TimeSpan ShortCoolDown = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPauseWithoutKeys = TimeSpan.FromSeconds(2);

    // A set that is kept for a short time is fetched twice within it, so that one failure does not end it.
    private readonly TimeSpan _interval = issuer.KeepLastGood / 2 < RefreshInterval ? issuer.KeepLastGood / 2 : RefreshInterval;
    private long _lastBegan;
    private TimeSpan _pause;
    private int _failures;

    /// <summary>How many fetches have begun.</summary>
    public long Begun { get; private set; }

    /// <summary>How many have ended.</summary>
    public long Ended { get; private set; }

    /// <summary>How long until the next regular fetch; zero or less where it is due.</summary>
    public TimeSpan DueIn => Begun == 0 ? TimeSpan.Zero : _pause - time.GetElapsedTime(_lastBegan);

    /// <summary>How long until an unknown kid may have the source asked; zero or less where it may.</summary>
    public TimeSpan CoolIn(bool hasKeys) => Begun == 0
        ? TimeSpan.Zero
        : (hasKeys && issuer.Keys.File is null ? CoolDown : ShortCoolDown) - time.GetElapsedTime(_lastBegan);

    public void Begin()
    {
        Begun++;
        _lastBegan = time.GetTimestamp();
    }

    public void End(bool good, bool hasKeys)
    {
        Ended++;
        _failures = good ? 0 : _failures + 1;
        _pause = Jittered(good ? _interval : PauseAfterFailure(hasKeys));
    }

    private TimeSpan PauseAfterFailure(bool hasKeys)
    {
        var (first, most) = hasKeys ? (FirstPause, _interval) : (FirstPauseWithoutKeys, FirstPause);
        var pause = first * Math.Pow(2, Math.Min(_failures - 1, 10));
        return pause < most ? pause : most;
    }

    /// <summary>Up to a tenth sooner, so that replicas do not all ask at once; never later. Whole milliseconds, as timers count them.</summary>
    private static TimeSpan Jittered(TimeSpan pause) => TimeSpan.FromMilliseconds(Math.Floor(pause.TotalMilliseconds * (1 - (RandomNumberGenerator.GetInt32(1001) / 10_000.0))));
}
