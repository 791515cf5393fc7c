using System.Collections.Concurrent;
using System.Security.Cryptography;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Facts;

/// <summary>
/// What any replica has noted: what was noted here, and what others told through Redis. Each has its own room, so that nobody who writes to Redis can take
/// that of this replica. What this one alone knows it tells when it can.
/// </summary>
internal sealed partial class RedisKnownFacts(MemoryFacts own, int most, FactLog log, TimeProvider time, ILogger<RedisKnownFacts> logger) : IKnownFacts
{
    private readonly FactMemory _told = new(most, time);
    private readonly LastEnd _lastEnd = new(time);
    private readonly ConcurrentDictionary<Fact, FactEntry> _untold = new();
    private string? _epoch;
    private long _reached;
    private bool _tellsAll;
    private bool _hasComplained;

    public int Count => own.Count + _told.Count;

    public bool Any => own.Any || _lastEnd.IsAhead;

    /// <summary>The channel that tells of news.</summary>
    public string Channel => log.Channel;

    public bool TryFind(Fact fact, out long value)
    {
        var found = own.TryFind(fact, out value);
        if (!_told.TryFind(fact, out var told))
            return found;
        value = found ? Math.Max(value, told) : told;
        return true;
    }

    public FactOutcome Add(Fact fact, DateTimeOffset until, string holder) => Noted(own.Add(fact, until, holder), new FactEntry(fact, 0, until));

    public FactOutcome Add(Fact fact, long value, DateTimeOffset until) => Noted(own.Add(fact, value, until), new FactEntry(fact, value, until));

    public async ValueTask<bool> TellAsync()
    {
        foreach (var ended in _untold.Where(pair => pair.Value.Until <= time.GetUtcNow()))
            _untold.TryRemove(ended);
        foreach (var page in _untold.Chunk(FactLog.Page))
        {
            if (!await log.TellAsync([.. page.Select(pair => pair.Value)]))
                return false;
            foreach (var told in page)
                _untold.TryRemove(told);
        }

        return true;
    }

    /// <summary>Reads what others told, and tells what they cannot know. Only ever called once at a time.</summary>
    public async Task FollowAsync()
    {
        // What legitimate replicas told fits into so many pieces, read twice.
        for (var pages = 0; pages <= 2 * (1 + (most / FactLog.Page)); pages++)
        {
            if (await log.ReadAsync(_reached, RandomNumberGenerator.GetHexString(32)) is not { } page)
                return;
            if (page.Epoch != _epoch || page.Last < _reached)
            {
                // Another Redis, or one that has lost what it knew: everything is read again, and told again.
                (_epoch, _reached, _tellsAll) = (page.Epoch, 0, true);
                continue;
            }

            Take(page);
            _reached = page.Reached;
            if (!page.IsFull)
                break;
        }

        if (await TellAsync() && _tellsAll)
            _tellsAll = !await TellAllAsync();
    }

    private async Task<bool> TellAllAsync()
    {
        foreach (var page in own.Holding().Concat(_told.Holding()).Chunk(FactLog.Page))
        {
            if (!await log.TellAsync(page))
                return false;
        }

        return true;
    }

    private void Take(FactPage page)
    {
        var left = page.Odd;
        foreach (var entry in page.Entries.Where(entry => entry.Until > time.GetUtcNow() && !own.Covers(entry)))
        {
            _lastEnd.Reach(entry.Until);
            if (_told.Add(entry.Fact, entry.Value, entry.Until) == FactOutcome.Full)
                left++;
        }

        if (left > 0 && !_hasComplained)
            Log.LeftOut(logger, left);
        _hasComplained |= left > 0;
    }

    private FactOutcome Noted(FactOutcome outcome, FactEntry entry)
    {
        if (outcome != FactOutcome.Full)
            _untold.AddOrUpdate(entry.Fact, entry, (_, known) => known.With(entry));
        return outcome;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.StoreFactsLeftOut, LogLevel.Error, "Redis holds what no replica wrote, or more than there is room for: {Count} entries are left out. Who else can write to it?")]
        public static partial void LeftOut(ILogger logger, int count);
    }
}
