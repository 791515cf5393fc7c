namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Which requests with an unknown kid may wait for the end of the cool-down, when the source can be asked again. A kid that was
/// looked for may not: it is refused until a fetch brings it. Nor may any, after some waits in a row that brought nothing: then
/// somebody makes them up. One thread at a time uses it.
/// </summary>
internal sealed class UnknownKeyIds(TimeProvider time)
{
    public const int MostRemembered = 1000;
    public const int MostFutileWaits = 3;

    /// <summary>How long after the last wait in vain waits begin again.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(1);

    // What is longer is hardly a kid of a provider.
    private const int LongestRemembered = 128;

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lookedFor = new(StringComparer.Ordinal);
    private int _futile;
    private long _lastFutile;

    public int Remembered => _asked.Count + _lookedFor.Count;

    /// <summary>Whether a wait may begin.</summary>
    public bool MayWait => _futile < MostFutileWaits || time.GetElapsedTime(_lastFutile) >= Forgiven;

    public bool WasLookedFor(string keyId) => _lookedFor.Contains(keyId);

    /// <summary>A request waits for this kid, and the fetch that looks for it has not begun.</summary>
    public void Ask(string keyId) => Add(_asked, keyId);

    /// <summary>The source had this kid, and has it no more: tokens with it go on coming for a while.</summary>
    public void TakenBack(string keyId) => Add(_lookedFor, keyId);

    /// <summary>A fetch has ended: what was asked for before it was looked for, if it read a set. One that failed is no look: the kid may be there.</summary>
    /// <param name="waited">Whether requests had waited for the cool-down before it.</param>
    /// <param name="good">Whether it read a good set.</param>
    /// <param name="changed">Whether it brought another set.</param>
    public void FetchEnded(bool waited, bool good, bool changed)
    {
        if (good)
        {
            foreach (var keyId in _asked)
                Add(_lookedFor, keyId);
            _asked.Clear();
        }

        if (changed || time.GetElapsedTime(_lastFutile) >= Forgiven)
            _futile = 0;
        if (!waited || changed)
            return;
        _futile++;
        _lastFutile = time.GetTimestamp();
    }

    private static void Add(HashSet<string> keyIds, string keyId)
    {
        if (keyId.Length > LongestRemembered)
            return;
        if (keyIds.Count == MostRemembered)
            keyIds.Clear();
        keyIds.Add(keyId);
    }
}
