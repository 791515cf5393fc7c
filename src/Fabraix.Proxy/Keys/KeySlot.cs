using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>A configured key: where it is read, and the life of its versions. Whatever goes wrong with reading, the last good value stays.</summary>
internal sealed partial class KeySlot(KeyOptions options, SecretReader reader, KeyMetrics metrics, TimeProvider time, ILogger<KeySlot> log)
{
    // The upstream's refusals make all requests ask for a new value; the store is asked once for all of them, and not again at once.
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<KeyReading>? _reading;
    private Task<KeyReading>? _forced;
    private long? _lastForced;
    private long _lastGood;
    private KeyReading? _last;

    public KeyOptions Options => options;

    public KeyLife Life { get; } = new(options, time, log);

    /// <summary>What the last reading gave, or null before the first.</summary>
    public KeyReading? Last => Volatile.Read(ref _last);

    /// <summary>Whether its own reference was read, well or not.</summary>
    public bool WasRead { get; private set; }

    /// <summary>Time since the last good reading, or null where there was none.</summary>
    public TimeSpan? Age => Interlocked.Read(ref _lastGood) is not 0 and var at ? time.GetElapsedTime(at) : null;

    /// <summary>Whether requests may be sent with this key: it has a value, and that is not older than KeepLastGood allows.</summary>
    public bool IsUsable => Life.Versions.Active is not null && (Last?.Problem is null || options.KeepLastGood is not { } most || Age <= most);

    /// <summary>What is wrong with the key, for readiness; null where nothing is.</summary>
    public string? Problem => Life.Versions switch
    {
        { Refused: true } versions => $"the upstream refuses {versions.Active!.Label}",
        _ when Last?.Problem is { } problem => problem,
        { Dropped: { } dropped } => $"the upstream refused the new value {dropped.Label}",
        _ => null,
    };

    /// <summary>The version for the next request, or null.</summary>
    public KeyVersion? Choose() => IsUsable ? Life.Choose() : null;

    /// <summary>Takes what an answer said of the version that its request carried.</summary>
    public void Judge(KeyVersion version, KeyVerdict verdict)
    {
        if (version != Life.Versions.Active)
            metrics.Tried(options.Name, verdict);
        Life.Judge(version, verdict);
    }

    /// <summary>
    /// Begins with what an earlier configuration's key of this name holds: so a key keeps its versions when its settings change, and the value of another
    /// reference is a candidate like any new one.
    /// </summary>
    public void Succeed(KeySlot earlier)
    {
        Life.Succeed(earlier.Life);
        (_last, _lastGood) = (earlier.Last, Interlocked.Read(ref earlier._lastGood));
    }

    /// <summary>Reads the secret; whoever comes meanwhile waits for the same reading.</summary>
    public Task<KeyReading> RefreshAsync()
    {
        lock (_gate)
        {
            if (_reading is { IsCompleted: false } running)
                return running;
            return _reading = Task.Run(ReadAsync);
        }
    }

    /// <summary>Reads the secret because the upstream refused it, unless that was done within the last second.</summary>
    public Task RefreshUnlessCoolAsync()
    {
        lock (_gate)
        {
            if (_forced is { IsCompleted: false } running)
                return running;
            if (_lastForced is { } last && time.GetElapsedTime(last) < CoolDown)
                return Task.CompletedTask;
            _lastForced = time.GetTimestamp();
            return _forced = _reading is { IsCompleted: false } earlier ? RefreshAfterAsync(earlier) : RefreshAsync();
        }
    }

    // A reading that runs already may have begun before the value was changed.
    private async Task<KeyReading> RefreshAfterAsync(Task earlier)
    {
        await earlier;
        return await RefreshAsync();
    }

    private async Task<KeyReading> ReadAsync()
    {
        var reading = KeyReading.Of(await reader.ReadAsync(options.Secret, CancellationToken.None));
        metrics.Read(options.Name, reading.Outcome);
        var before = Interlocked.Exchange(ref _last, reading);
        WasRead = true;
        if (reading.Key is { } key)
        {
            Interlocked.Exchange(ref _lastGood, time.GetTimestamp());
            if (before?.Problem is not null)
                Log.Recovered(log, options.Name);
            Life.Offer(key, reading.Version);
        }
        else if (before?.Problem != reading.Problem)
        {
            Log.Failed(log, options.Name, reading.Outcome, reading.Problem!, Life.Versions.Active?.Label ?? "none");
        }

        return reading;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.KeyFailed, LogLevel.Error, "Key {Key} could not be read: {Outcome}, {Problem}. In use: {InUse}.")]
        public static partial void Failed(ILogger logger, string key, SecretOutcome outcome, string problem, string inUse);

        [LoggerMessage(EventIds.KeyRecovered, LogLevel.Information, "Key {Key} can be read again.")]
        public static partial void Recovered(ILogger logger, string key);
    }
}
