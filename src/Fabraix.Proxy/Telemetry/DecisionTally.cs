using System.Collections.Frozen;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// How often each decision was made in the last hour, and which rule made it last. It is as large as the closed list of decisions, keeps nothing of a
/// request, and is counted without a lock: in a flood of refusals every request comes here.
/// </summary>
internal sealed class DecisionTally
{
    /// <summary>Minutes that are counted, the present one among them.</summary>
    public const int Minutes = 60;

    private readonly FrozenDictionary<string, Row> _rows = ProxyError.All.Select(error => error.Code)
        .Concat([RequestRecord.Forwarded, RequestRecord.Preflight, RequestRecord.ClientClosed, RequestRecord.AnswerCut])
        .ToFrozenDictionary(code => code, code => new Row(code), StringComparer.Ordinal);

    private readonly TimeProvider _time;
    private readonly long _began;

    public DecisionTally(TimeProvider time) => (_time, _began, Since) = (time, time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Since when it counts: the start of the process.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Every decision that was ever made.</summary>
    public IEnumerable<Decision> All
    {
        get
        {
            var (now, at) = (_time.GetElapsedTime(_began), _time.GetUtcNow());
            return _rows.Values.Where(row => row.WasMade).Select(row => row.At(now, at)).ToList();
        }
    }

    public void Count(RequestRecord record)
    {
        if (_rows.TryGetValue(record.Code, out var row))
            row.Add(_time.GetElapsedTime(_began), record.Rule);
    }

    private sealed class Row(string code)
    {
        // A minute's number, from 1, in the upper half, and its count in the lower: both change together.
        private readonly long[] _minutes = new long[Minutes];
        private string? _rule;
        private long _last = -1;

        public bool WasMade => Interlocked.Read(ref _last) >= 0;

        public void Add(TimeSpan now, string? rule)
        {
            var minute = MinuteOf(now);
            ref var slot = ref _minutes[minute % Minutes];
            for (var before = Volatile.Read(ref slot); before >> 32 <= minute; before = Volatile.Read(ref slot))
            {
                var after = before >> 32 == minute ? before + 1 : (minute << 32) + 1;
                if (Interlocked.CompareExchange(ref slot, after, before) == before)
                    break;
            }

            Volatile.Write(ref _rule, rule);
            Interlocked.Exchange(ref _last, now.Ticks);
        }

        public Decision At(TimeSpan now, DateTimeOffset at)
        {
            var oldest = MinuteOf(now) - Minutes + 1;
            var count = _minutes.Select((_, i) => Volatile.Read(ref _minutes[i])).Where(slot => slot >> 32 >= oldest).Sum(slot => slot & uint.MaxValue);
            return new Decision(code, count, at - (now - TimeSpan.FromTicks(Interlocked.Read(ref _last))), Volatile.Read(ref _rule));
        }

        private static long MinuteOf(TimeSpan now) => (now.Ticks / TimeSpan.TicksPerMinute) + 1;
    }
}

/// <summary>What became of requests.</summary>
/// <param name="Code">As the log line has it.</param>
/// <param name="LastHour">How many.</param>
/// <param name="LastAt">When the last one ended.</param>
/// <param name="Rule">Which rule decided that one, where one refused.</param>
internal sealed record Decision(string Code, long LastHour, DateTimeOffset LastAt, string? Rule);
