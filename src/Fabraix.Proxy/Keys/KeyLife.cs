using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// The life of a key's versions: candidate, active, draining, gone. A new value is a candidate until the upstream has accepted it
/// once; until then the old one serves, and it stays as a fallback for a while after. Only the upstream's own word counts: 2xx
/// promotes, 401 and 403 drop, anything else proves nothing.
/// </summary>
internal sealed partial class KeyLife(KeyOptions options, TimeProvider time, ILogger log)
{
    private readonly Lock _gate = new();
    private KeyVersions _versions = KeyVersions.None;
    private long _lastTrial = long.MinValue;

    /// <summary>After the versions have changed.</summary>
    public event Action? Changed;

    public KeyVersions Versions => Volatile.Read(ref _versions);

    /// <summary>Begins with the versions of an earlier life.</summary>
    public void Succeed(KeyLife earlier)
    {
        lock (_gate)
            Set(earlier.Versions);
    }

    /// <summary>Takes a value that was read. One that is in use already, waits already or was dropped as this very version starts nothing.</summary>
    public void Offer(ApiKey value, string? storeVersion)
    {
        lock (_gate)
        {
            if (Versions.Active?.Value.Matches(value) == true)
            {
                // The store went back to what serves: nothing is left to try, and what the upstream refused is not there any more.
                Set(Versions with { Candidate = null, Dropped = null });
                return;
            }

            if (Versions.Candidate is { } waiting && waiting.Value.Matches(value))
                return;
            if (Versions.Dropped is { } dropped && dropped.Value.Matches(value) && dropped.StoreVersion == storeVersion)
                return;

            var version = new KeyVersion(options.Name, value, storeVersion) { Since = time.GetUtcNow() };
            if (Versions.Active is null)
            {
                // With nothing to fall back on there is nothing to prove it against.
                Log.Loaded(log, version.Label);
                Set(Versions with { Active = version, Refused = false });
                return;
            }

            Log.CandidateFound(log, version.Label, Versions.Active.Label);
            _lastTrial = long.MinValue;
            Set(Versions with { Candidate = version });
        }
    }

    /// <summary>The version for the next request: the active one, or now and then a candidate, unless a probe is there to prove it.</summary>
    public KeyVersion? Choose()
    {
        var versions = Versions;
        return versions.Candidate is { } candidate && options.Probe is null && MayTry() ? candidate : versions.Active;
    }

    /// <summary>Whether a version that is not proven may be tried now; asking takes the turn.</summary>
    public bool MayTry()
    {
        var last = Interlocked.Read(ref _lastTrial);
        var now = time.GetTimestamp();
        return (last == long.MinValue || time.GetElapsedTime(last, now) >= options.TrialInterval)
            && Interlocked.CompareExchange(ref _lastTrial, now, last) == last;
    }

    /// <summary>Takes what an answer said of the version that the request carried.</summary>
    public void Judge(KeyVersion version, KeyVerdict verdict)
    {
        // Nearly every answer confirms what is known; it must cost no lock.
        var versions = Versions;
        if (verdict == KeyVerdict.Unknown || (verdict == KeyVerdict.Accepted && version == versions.Active && !versions.Refused))
            return;

        lock (_gate)
        {
            if (verdict == KeyVerdict.Accepted)
                Accept(version);
            else if (verdict == KeyVerdict.Refused || version == Versions.Candidate)
                Refuse(version);
        }
    }

    /// <summary>
    /// The version to replay a refused request with, of those that it has not tried: the active one where it was a candidate that
    /// was refused, else a candidate, else the draining one, else, seldom, one that was dropped, should the upstream have changed its mind.
    /// </summary>
    public KeyVersion? Another(IReadOnlyList<KeyVersion> tried)
    {
        var versions = Versions;
        foreach (var version in (ReadOnlySpan<KeyVersion?>)[versions.Active, versions.Candidate, Draining(versions)])
        {
            if (version is not null && !tried.Contains(version))
                return version;
        }

        return versions.Dropped is { } dropped && !tried.Contains(dropped) && MayTry() ? dropped : null;
    }

    private void Accept(KeyVersion version)
    {
        var versions = Versions;
        if (version == versions.Active)
        {
            Set(versions with { Refused = false });
        }
        else if (version == versions.Candidate || version == versions.Dropped)
        {
            // A predecessor that the upstream has refused is no fallback.
            var until = time.GetUtcNow() + options.FallbackFor;
            var fallback = versions.Refused ? null : versions.Active;
            Log.Promoted(log, version.Label, versions.Active?.Label ?? "none", fallback is null ? "is gone" : $"is kept until {until:HH:mm:ss}");
            Set(new KeyVersions(version, Candidate: null, fallback, until, Dropped: null, Refused: false));
        }
        else if (version == versions.Draining && versions.Refused)
        {
            Log.WentBack(log, version.Label, versions.Active?.Label ?? "none");
            Set(versions with { Active = version, Draining = null, Dropped = versions.Active, Refused = false });
        }
    }

    private void Refuse(KeyVersion version)
    {
        var versions = Versions;
        if (version == versions.Candidate)
        {
            Log.CandidateDropped(log, version.Label, versions.Active?.Label ?? "none");
            _lastTrial = time.GetTimestamp();
            Set(versions with { Candidate = null, Dropped = version });
        }
        else if (version == versions.Active && !versions.Refused)
        {
            Log.ActiveRefused(log, version.Label);
            Set(versions with { Refused = true });
        }
        else if (version == versions.Draining)
        {
            Set(versions with { Draining = null });
        }
    }

    private KeyVersion? Draining(KeyVersions versions) => time.GetUtcNow() < versions.DrainingUntil ? versions.Draining : null;

    /// <summary>Forgets the predecessor when its time is over.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            if (Versions.Draining is { } draining && time.GetUtcNow() >= Versions.DrainingUntil)
            {
                Log.Retired(log, draining.Label);
                Set(Versions with { Draining = null });
            }
        }
    }

    private void Set(KeyVersions versions)
    {
        if (versions == Versions)
            return;
        Volatile.Write(ref _versions, versions);
        Changed?.Invoke();
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.KeyLoaded, LogLevel.Information, "Key {Key} is in use.")]
        public static partial void Loaded(ILogger logger, string key);

        [LoggerMessage(EventIds.KeyCandidate, LogLevel.Information, "A new value: {Key} is a candidate. {Active} serves until the upstream has accepted it.")]
        public static partial void CandidateFound(ILogger logger, string key, string active);

        [LoggerMessage(EventIds.KeyPromoted, LogLevel.Information, "The upstream accepted {Key}: it is in use. {Before} {Fate}.")]
        public static partial void Promoted(ILogger logger, string key, string before, string fate);

        [LoggerMessage(EventIds.KeyDropped, LogLevel.Error, "The upstream refused the candidate {Key}: it is dropped until its version in the store changes. {Active} serves on.")]
        public static partial void CandidateDropped(ILogger logger, string key, string active);

        [LoggerMessage(EventIds.KeyRefused, LogLevel.Critical, "The upstream refuses {Key}, which is in use.")]
        public static partial void ActiveRefused(ILogger logger, string key);

        [LoggerMessage(EventIds.KeyWentBack, LogLevel.Error, "The upstream refuses {Refused} and accepts its predecessor {Key}, which is in use again.")]
        public static partial void WentBack(ILogger logger, string key, string refused);

        [LoggerMessage(EventIds.KeyRetired, LogLevel.Information, "{Key} is kept no longer.")]
        public static partial void Retired(ILogger logger, string key);
    }
}
