using System.Security.Cryptography;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Circuit;

/// <summary>
/// Knows whether the upstream gives answers, and lets nothing go there while it does not (docs/decisions/circuit-counts-missing-answers.md). Closed, everything
/// passes, and five failures in a row open it. Open, nothing passes for 5 seconds, then one request at a time, the probe: an answer closes it, another failure keeps it open for
/// twice as long, up to 30 seconds.
/// </summary>
internal sealed partial class CircuitBreaker(TimeProvider time, ILogger<CircuitBreaker> log)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Whoever makes probes fail is remembered until the circuit closes; past so many nobody's failure makes the pause longer.
    private const int MostSuspects = 64;

    private readonly Lock _lock = new();
    private readonly FailureRow _row = new();
    private readonly HashSet<Asker> _suspects = [];
    private readonly Dictionary<string, long> _openings = new(StringComparer.Ordinal);
    private readonly long _zero = time.GetTimestamp();

    // While it is closed; null while it is not.
    private volatile Passage? _shared = new(isProbe: false);
    private Passage? _probe;
    private Asker _prober;
    private Refusal? _cause;
    private TimeSpan _pause;
    private TimeSpan _opened;
    private TimeSpan _free; // from when on a probe may go

    public CircuitState State
    {
        get
        {
            lock (_lock)
                return _shared is not null ? CircuitState.Closed : Now < _free ? CircuitState.Open : CircuitState.HalfOpen;
        }
    }

    /// <summary>What is wrong with the upstream, for readiness; null where nothing is.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
                return _shared is not null ? null : $"no answer for {(int)(Now - _opened).TotalSeconds} s ({_cause!.ProxyStatus})";
        }
    }

    /// <summary>How often it opened, by the error in RFC 9209's words.</summary>
    public IReadOnlyList<(string Error, long Times)> Openings
    {
        get
        {
            lock (_lock)
                return [.. _openings.Select(opening => (opening.Key, opening.Value))];
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_zero);

    /// <summary>Leave to go upstream, or null. A probe's must be given back by <see cref="Release"/>, whatever comes of it.</summary>
    public Passage? Enter(Asker asker)
    {
        if (_shared is { } shared)
            return shared;
        lock (_lock)
        {
            if (_shared is not null)
                return _shared;
            if (_probe is not null || Now < _free || !MayProbe(asker))
                return null;
            _prober = asker;
            return _probe = new Passage(isProbe: true);
        }
    }

    /// <summary>What a request is told that may not go: the error that opened the circuit, and when it is worth coming back.</summary>
    public Refusal Refuse()
    {
        lock (_lock)
        {
            // It may have closed a moment ago.
            var cause = _cause ?? new Refusal(ProxyError.UpstreamUnreachable, "");
            return cause with { Rule = "circuit: open", RetryAfter = RetryJitter.Add((_free - Now).TotalSeconds) };
        }
    }

    /// <summary>The upstream gave the head of an answer, whatever its status.</summary>
    public void Answered(Passage passage)
    {
        // Usually nothing has failed, and this is all.
        if (passage == _shared && _row.IsEmpty)
            return;
        lock (_lock)
        {
            if (passage == _shared)
                _row.Clear();
            else if (passage == _probe)
                Close();
        }
    }

    /// <summary>The upstream gave none.</summary>
    /// <param name="passage">What the request went with.</param>
    /// <param name="why">What its client is told.</param>
    /// <param name="by">Who may have caused it, or null where no request can.</param>
    public void Failed(Passage passage, Refusal why, Asker? by)
    {
        lock (_lock)
        {
            if (passage == _shared && _row.Add(Now, by))
                Open(why);
            else if (passage == _probe)
                FailProbe(why, by);
        }
    }

    /// <summary>Frees a probe's place, where nothing came of it: its client went away, or a step refused it. Others try before the same one does again.</summary>
    public void Release(Passage passage)
    {
        lock (_lock)
        {
            if (passage != _probe)
                return;
            (_probe, _free) = (null, Now);
            if (_suspects.Count < MostSuspects)
                _suspects.Add(_prober);
        }
    }

    // Else one user whose requests fail by their own fault would be the only one to try, and keep it open for all. They are let through where nobody else comes.
    private bool MayProbe(Asker asker) => !_suspects.Contains(asker) || Now - _free >= FirstPause;

    private void FailProbe(Refusal why, Asker? by)
    {
        _probe = null;
        if (by is { } asker && (_suspects.Contains(asker) || _suspects.Count >= MostSuspects))
        {
            // The same one again: somebody else may try at once.
            _free = Now;
            return;
        }

        if (by is { } first)
            _suspects.Add(first);
        Pause(why, _pause * 2);
    }

    private void Open(Refusal why)
    {
        _shared = null;
        _opened = Now;
        _suspects.UnionWith(_row.Askers);
        _row.Clear();
        Pause(why, FirstPause);
        _openings[why.ProxyStatus] = _openings.GetValueOrDefault(why.ProxyStatus) + 1;
        Log.Opened(log, why.ProxyStatus);
    }

    private void Pause(Refusal why, TimeSpan pause)
    {
        _cause = why;
        _pause = pause < LongestPause ? pause : LongestPause;

        // Up to a fifth sooner, so that replicas do not come together.
        _free = Now + (_pause * (1 - (RandomNumberGenerator.GetInt32(2001) / 10_000.0)));
    }

    private void Close()
    {
        var open = Now - _opened;
        (_probe, _cause) = (null, null);
        _suspects.Clear();
        _shared = new Passage(isProbe: false);
        Log.Closed(log, open.TotalSeconds);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.CircuitOpened, LogLevel.Error, "The upstream gives no answer ({Error}). Requests are refused without asking it, but for one at a time that tries.")]
        public static partial void Opened(ILogger logger, string error);

        [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "The upstream answers again, after {Seconds:0.0} s.")]
        public static partial void Closed(ILogger logger, double seconds);
    }
}

/// <summary>What the circuit does with a request: lets it pass, refuses it, or lets one at a time try.</summary>
internal enum CircuitState
{
    Closed,
    Open,
    HalfOpen,
}
