using System.Globalization;

namespace Fabraix.Proxy.Redis;

/// <summary>
/// Whether Redis is asked at all. Three late answers in a row, or one sign that it takes nothing from anybody, and it is away: from then on requests are decided
/// without it, at once, until probes say otherwise.
/// </summary>
internal sealed class RedisState(TimeProvider time)
{
    public const string NotYet = "is not connected yet";

    private const int MostLate = 3;
    private const int ProbesAfterLate = 5;
    private static readonly TimeSpan RefusalLasts = TimeSpan.FromMinutes(1);

    private Away? _away = new(NotYet, time.GetUtcNow(), Probes: 1);
    private int _late;
    private int _good;
    private Refusal? _refused;

    public bool IsUp => Volatile.Read(ref _away) is null;

    /// <summary>What is wrong and since when.</summary>
    public string? Problem => Volatile.Read(ref _away) is not { } away ? RecentRefusal
        : string.Create(CultureInfo.InvariantCulture, $"Redis {away.Words}; each replica counts and remembers by itself (since {away.Since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'})");

    /// <summary>What is wrong, alone.</summary>
    public string? Reason => Volatile.Read(ref _away)?.Words;

    private string? RecentRefusal => Volatile.Read(ref _refused) is { } refused && time.GetElapsedTime(refused.At) < RefusalLasts ? $"Redis {refused.Words}" : null;

    public void Answered()
    {
        if (Volatile.Read(ref _late) != 0)
            Volatile.Write(ref _late, 0);
    }

    /// <summary>Takes a failure; true where Redis is away by it and was not before.</summary>
    public bool Failed(RedisFailure failure)
    {
        var late = ReferenceEquals(failure, RedisFailure.Late);
        if (!failure.IsAway && (!late || Interlocked.Increment(ref _late) < MostLate))
            return false;
        var before = Volatile.Read(ref _away);
        var away = new Away(failure.Words, before?.Since ?? time.GetUtcNow(), late ? ProbesAfterLate : before?.Probes ?? 1);
        Volatile.Write(ref _good, 0);
        return Interlocked.Exchange(ref _away, away) is null;
    }

    /// <summary>Takes a refusal that is about one script; true where it is news of the last minute.</summary>
    public bool Refused(RedisFailure failure)
    {
        var before = Volatile.Read(ref _refused);
        if (before?.Words == failure.Words && time.GetElapsedTime(before.At) < RefusalLasts)
            return false;
        Volatile.Write(ref _refused, new Refusal(failure.Words, time.GetTimestamp()));
        return true;
    }

    /// <summary>Takes a probe's good answer; true where Redis is back by it. After late answers it takes several, so that it does not come and go.</summary>
    public bool Probed()
    {
        if (Volatile.Read(ref _away) is not { } away || Interlocked.Increment(ref _good) < away.Probes)
            return false;
        Volatile.Write(ref _late, 0);
        Volatile.Write(ref _good, 0);
        return Interlocked.CompareExchange(ref _away, null, away) == away;
    }

    private sealed record Refusal(string Words, long At);

    private sealed record Away(string Words, DateTimeOffset Since, int Probes);
}
