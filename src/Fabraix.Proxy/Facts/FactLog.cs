using Fabraix.Proxy.Redis;
using StackExchange.Redis;

namespace Fabraix.Proxy.Facts;

/// <summary>
/// What replicas have told each other, in Redis: each fact once, in the order of telling, until it ends. Two sorted sets hold it, by number and by end,
/// and a hash the last number and what tells this Redis from one that was flushed.
/// </summary>
internal sealed class FactLog(string kind, int most, RedisStore store)
{
    /// <summary>Facts in one round trip, far below what would hold up Redis.</summary>
    public const int Page = 500;

    // A channel that the user may not publish to costs only the notice: replicas look by themselves every half second.
    private static readonly RedisScript Tell = new("""
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local ended = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)
        if #ended > 0 then
          redis.call('ZREM', KEYS[2], unpack(ended))
          redis.call('ZREM', KEYS[3], unpack(ended))
        end
        local room = tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[3])
        local told, new = 1, false
        for i = 3, #ARGV do
          if not redis.call('ZSCORE', KEYS[3], ARGV[i]) then
            if room > 0 then
              room, new = room - 1, true
              redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], 'last', 1), ARGV[i])
              redis.call('ZADD', KEYS[3], string.match(ARGV[i], '%d+$'), ARGV[i])
            else
              told = 0
            end
          end
        end
        local longest = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2]
        if longest then
          redis.pcall('PEXPIREAT', KEYS[2], longest)
          redis.pcall('PEXPIREAT', KEYS[3], longest)
        end
        if new then redis.pcall('PUBLISH', ARGV[2], '') end
        return told
        """);

    // Only what lies up to the last number counts, and only what is no longer than an entry can be: others may have written here.
    private static readonly RedisScript Read = new("""
        local epoch = redis.call('HGET', KEYS[1], 'epoch')
        if not epoch or #epoch > 64 then
          epoch = ARGV[3]
          redis.call('HSET', KEYS[1], 'epoch', epoch)
        end
        local last = redis.call('HGET', KEYS[1], 'last') or '0'
        local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], last, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
        local entries = {epoch, last}
        for i = 1, #found, 2 do
          entries[#entries + 1] = #found[i] <= 100 and found[i] or ''
          entries[#entries + 1] = found[i + 1]
        end
        return entries
        """);

    private readonly RedisKey[] _keys = [store.Key($"{kind}:state"), store.Key($"{kind}:told"), store.Key($"{kind}:ends")];

    /// <summary>The channel that tells of news.</summary>
    public string Channel => $"{kind}:news";

    /// <summary>Tells the others; false where that failed, or there is no room.</summary>
    public async ValueTask<bool> TellAsync(IReadOnlyCollection<FactEntry> entries) =>
        await store.EvaluateAsync(Tell, _keys, [most, store.Channel(Channel).ToString(), .. entries.Select(static entry => (RedisValue)entry.ToString())]) is { Resp2Type: ResultType.Integer } told && (long)told == 1;

    /// <summary>What was told after a number; null where nobody can be asked, or the answer is none.</summary>
    /// <param name="after">A number.</param>
    /// <param name="fresh">What to tell this Redis by from now on, where it holds nothing yet.</param>
    public async ValueTask<FactPage?> ReadAsync(long after, string fresh) =>
        await store.EvaluateAsync(Read, _keys, [after, Page, fresh]) is { } answer ? FactPage.Of(answer, after) : null;
}
