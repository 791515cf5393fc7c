using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Counts in a Redis that all replicas share, one round trip a request. What this replica let through it also keeps in its own memory: what is over by that alone
/// costs no round trip, and while Redis is away the replica goes on by it, with its share of each limit (the limit divided by the replicas last seen).
/// </summary>
internal sealed class RedisLimiter(LimitPlan plan, RedisStore store, MemoryLimiter memory) : ILimiter
{
    private const double Tight = 0.1;

    private readonly LimitScript _script = new(store.Key, plan);
    private readonly int[] _used = new int[plan.Shared.Length];
    private readonly long[] _told = new long[plan.Shared.Length];

    private int Share => store.IsUp ? 1 : store.Replicas;

    public LimitAnswer AskAddress(UInt128 address) => memory.AskAddress(address, Share);

    public async ValueTask<LimitAnswer> AskAsync(LimitQuestion question)
    {
        if (memory.Known(question) is { } known)
            return known;

        var (keys, values) = _script.Ask(question);
        if (await store.EvaluateAsync(LimitScript.Script, keys, values) is not { } result || _script.Read(question, result, _used, _told, memory.Now) is not { } answer)
            return memory.Ask(question, store.Replicas);
        if (answer.Outcome == LimitOutcome.Admitted)
            return answer with { NotedAt = memory.Note(question, answer.Way) };
        if (answer.Outcome is LimitOutcome.QuotaSpent or LimitOutcome.QuotaShared)
            memory.NoteRefusal(question, answer);
        return answer;
    }

    public void Return(LimitQuestion question, LimitAnswer answer)
    {
        memory.Return(question, answer);
        if (answer.Local)
            return;
        var (keys, values) = _script.Return(question, answer);
        store.Send(LimitScript.Script, keys, values);
    }

    public void Renew(LimitQuestion question, LimitAnswer answer)
    {
        memory.Renew(question, answer);
        if (answer.Local)
            return;
        var (keys, values) = _script.Renew(question, answer);
        store.Send(LimitScript.Script, keys, values);
    }

    public void EndEarly(UInt128 address)
    {
        var (keys, values) = _script.CountAddress(address);
        store.Send(LimitScript.Script, keys, values);
    }

    public void Learn(string key, int remaining, bool refused, TimeSpan reset)
    {
        memory.Learn(key, remaining, refused, reset);

        // An upstream may say it in each answer; the others need to know once it gets tight.
        if (!refused && remaining > Tight * plan.QuotaOf(key).PerMinute)
            return;
        var (keys, values) = _script.Learn(key, remaining, refused, reset);
        store.Send(LimitScript.Script, keys, values);
    }

    /// <summary>What Redis told, for as long as that can be true.</summary>
    public int UsedOf(int shared) => store.IsUp && memory.Now - Volatile.Read(ref _told[shared]) < plan.Shared[shared].Micros
        ? Volatile.Read(ref _used[shared])
        : memory.UsedOf(shared);
}
