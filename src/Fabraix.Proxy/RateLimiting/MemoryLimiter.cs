namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Counts in this process. It is the whole store of a single replica; behind a shared store it is the replica's own memory of what it let through, by which it
/// goes on while the store is away. Bounded: users and addresses take at most 64 MiB each.
/// </summary>
/// <param name="plan">The windows.</param>
/// <param name="time">The clock; its timestamps, which nobody sets.</param>
/// <param name="mostBytes">Of users, and of addresses.</param>
/// <param name="earlier">The limiter of the configuration before: what it counted of the keys counts on, and see <see cref="Succeed"/>.</param>
internal sealed class MemoryLimiter(LimitPlan plan, TimeProvider time, long mostBytes = MemoryLimiter.MostBytes, MemoryLimiter? earlier = null) : ILimiter
{
    public const long MostBytes = 64 * 1024 * 1024;

    // A tenth of a second, in microseconds.
    private const long LongestRefusal = 100_000;

    // One lock for all: a request is judged in all of its windows at once, and that takes less than a microsecond.
    private readonly Lock _gate = earlier?._gate ?? new();
    private readonly long _began = earlier?._began ?? time.GetTimestamp();
    private readonly Holders _users = earlier is not null && Alike(plan.User, earlier._users.Windows) && Alike(plan.Shared, [.. earlier._shared.Select(shared => shared.Window)]) ? earlier._users : new(plan.User, plan.Shared.Length, mostBytes);
    private readonly Holders _addresses = earlier is not null && Alike(plan.Address, earlier._addresses.Windows) ? earlier._addresses : new(plan.Address, 0, mostBytes);
    private readonly FairWindow[] _shared = [.. plan.Shared.Select(window => earlier?.Counted(window) ?? new FairWindow(window))];

    // Of keys that were not asked with yet there is none.
    private readonly Dictionary<string, UpstreamWord> _words = earlier?._words ?? new(StringComparer.OrdinalIgnoreCase);
    private readonly FairVerdict[] _verdicts = new FairVerdict[plan.Shared.Length];

    /// <summary>Users who are remembered.</summary>
    public int Users => _users.Count;

    /// <summary>Bytes that users and addresses take.</summary>
    public long Bytes => _users.Bytes + _addresses.Bytes;

    /// <summary>Microseconds on its clock.</summary>
    internal long Now => time.GetElapsedTime(_began).Ticks / TimeSpan.TicksPerMicrosecond;

    public int UsedOf(int shared)
    {
        // Nobody may have asked for a while, and what has left the window meanwhile is not used any more.
        lock (_gate)
        {
            _shared[shared].Advance(Now, _shared[shared].Quota);
            return _shared[shared].Used;
        }
    }

    /// <summary>
    /// Takes over what the limiter of the configuration before knows of users and addresses, at the moment of the change; nobody begins anew because a
    /// limit has changed. Mostly there is nothing to do: while windows have the same names and lengths, whatever their quotas, both have one table. Else a request that is just being
    /// judged there counts there alone.
    /// </summary>
    public void Succeed(MemoryLimiter before)
    {
        lock (_gate)
        {
            if (_users != before._users)
                _users.Succeed(before._users, [.. _shared.Select(window => Array.IndexOf(before._shared, window))]);
            if (_addresses != before._addresses)
                _addresses.Succeed(before._addresses, []);
        }
    }

    public LimitAnswer AskAddress(UInt128 address) => AskAddress(address, replicas: 1);

    public ValueTask<LimitAnswer> AskAsync(LimitQuestion question) => ValueTask.FromResult(Ask(question, replicas: 1));

    /// <param name="address">Whose.</param>
    /// <param name="replicas">How many share the limits.</param>
    public LimitAnswer AskAddress(UInt128 address, int replicas)
    {
        if (plan.Address.Length == 0)
            return default;

        lock (_gate)
        {
            var now = Now;
            var holder = _addresses.Find(address, now);
            if (Holders.Full(holder, plan.Address, now, replicas) is { } full)
                return new LimitAnswer(LimitOutcome.AddressFull, User: null, full.Wait, Way: 0, now, Local: true);
            _addresses.Add(holder, now);
            return default;
        }
    }

    /// <param name="question">What for.</param>
    /// <param name="replicas">How many share the limits.</param>
    public LimitAnswer Ask(LimitQuestion question, int replicas)
    {
        lock (_gate)
        {
            var now = Now;
            var holder = _users.Find(question.User, now);
            if (Refuse(holder, question.Route.Key, now, replicas) is { } refused)
                return refused;

            var (outcome, wait) = (LimitOutcome.QuotaSpent, long.MaxValue);
            for (var way = 0; way < question.Route.Ways.Length; way++)
            {
                if (TryTake(holder, question.Route.Ways[way], question.Weight, now, replicas))
                    return Count(holder, question.Route.Key, way, now, replicas);
                var (why, until) = WhyNot(holder, question.Route.Ways[way]);
                if (until < wait)
                    (outcome, wait) = (why, until);
            }

            return new LimitAnswer(outcome, Holders.Tightest(holder, plan.User, now, replicas), wait, Way: 0, now, Local: true);
        }
    }

    /// <summary>Notes what a shared store has let through. This replica's own word on whether it fits was not asked.</summary>
    /// <returns>When, in microseconds on this limiter's clock.</returns>
    public long Note(LimitQuestion question, int way)
    {
        lock (_gate)
        {
            var now = Now;
            var holder = _users.Find(question.User, now);
            _users.Add(holder, now);
            foreach (var shared in question.Route.Ways[way])
            {
                _shared[shared].Advance(now, plan.Shared[shared].Quota);
                _shared[shared].Take(ref holder.Tags[shared], question.Weight);
            }

            _words[question.Route.Key] = Word(question.Route.Key).Less();
            return now;
        }
    }

    /// <summary>What this replica knows to be over without asking the shared store; null where only that can tell.</summary>
    public LimitAnswer? Known(LimitQuestion question)
    {
        lock (_gate)
        {
            var now = Now;
            var holder = _users.Find(question.User, now);
            if (Refuse(holder, question.Route.Key, now, replicas: 1) is { } refused)
                return refused;
            return holder.Refused.Route == question.Route.Number && holder.Refused.Holds > now
                ? new LimitAnswer(holder.Refused.Outcome, Holders.Tightest(holder, plan.User, now, replicas: 1), holder.Refused.Until - now, Way: 0, now, Local: true)
                : null;
        }
    }

    /// <summary>Remembers for a moment what a shared store has refused: such a request counts in no window, and who sends them without end must not load the store for all.</summary>
    public void NoteRefusal(LimitQuestion question, LimitAnswer answer)
    {
        lock (_gate)
        {
            var now = Now;
            _users.Find(question.User, now).Refused = new SharedRefusal(question.Route.Number, answer.Outcome, now + Math.Min(answer.Wait, LongestRefusal), now + answer.Wait);
        }
    }

    public void Return(LimitQuestion question, LimitAnswer answer)
    {
        lock (_gate)
        {
            foreach (var shared in question.Route.Ways[answer.Way])
                _shared[shared].Return(answer.NotedAt);
            _words[question.Route.Key] = Word(question.Route.Key).More(answer.NotedAt);
        }
    }

    public void Renew(LimitQuestion question, LimitAnswer answer)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var shared in question.Route.Ways[answer.Way])
            {
                _shared[shared].Advance(now, _shared[shared].Quota);
                _shared[shared].Renew(answer.NotedAt);
            }
        }
    }

    /// <summary>Nothing to do: the address was counted when it asked.</summary>
    public void EndEarly(UInt128 address)
    {
    }

    public void Learn(string key, int remaining, bool refused, TimeSpan reset)
    {
        lock (_gate)
            _words[key] = Word(key).With(remaining, refused, Now, (long)reset.TotalMicroseconds);
    }

    private static bool Alike(Window[] some, Window[] others) => some.Length == others.Length && some.Zip(others).All(pair => Alike(pair.First, pair.Second));

    private static bool Alike(Window one, Window other) => one.Length == other.Length && string.Equals(one.Name, other.Name, StringComparison.OrdinalIgnoreCase);

    private FairWindow? Counted(Window window) => Array.Find(_shared, counted => Alike(counted.Window, window));

    private UpstreamWord Word(string key) => _words.GetValueOrDefault(key);

    private LimitAnswer? Refuse(Holder holder, string key, long now, int replicas)
    {
        if (Holders.Full(holder, plan.User, now, replicas) is { } full)
            return new LimitAnswer(LimitOutcome.UserFull, full, full.Wait, Way: 0, now, Local: true);
        return Word(key).Wait(now) is { } wait
            ? new LimitAnswer(LimitOutcome.UpstreamSpent, Holders.Tightest(holder, plan.User, now, replicas), wait, Way: 0, now, Local: true)
            : null;
    }

    private bool TryTake(Holder holder, int[] way, double weight, long now, int replicas)
    {
        var fits = true;
        foreach (var shared in way)
        {
            _shared[shared].Advance(now, plan.Shared[shared].Share(replicas));
            _verdicts[shared] = _shared[shared].Judge(ref holder.Tags[shared], weight);
            fits &= _verdicts[shared] == FairVerdict.Fits;
        }

        foreach (var shared in way)
        {
            if (fits)
                _shared[shared].Take(ref holder.Tags[shared], weight);
            else
                _shared[shared].Refuse(_verdicts[shared], ref holder.Tags[shared], weight);
        }

        return fits;
    }

    /// <summary>The window that takes longest, after <see cref="TryTake"/> has judged all.</summary>
    private (LimitOutcome Outcome, long Wait) WhyNot(Holder holder, int[] way)
    {
        var (outcome, wait) = (LimitOutcome.QuotaSpent, 0L);
        foreach (var shared in way)
        {
            var until = _verdicts[shared] == FairVerdict.Fits ? -1 : _shared[shared].Wait(_verdicts[shared], holder.Tags[shared]);
            if (until < wait)
                continue;
            (outcome, wait) = (_verdicts[shared] == FairVerdict.Waits ? LimitOutcome.QuotaShared : LimitOutcome.QuotaSpent, until);
        }

        return (outcome, wait);
    }

    private LimitAnswer Count(Holder holder, string key, int way, long now, int replicas)
    {
        _users.Add(holder, now);
        _words[key] = Word(key).Less();
        return new LimitAnswer(LimitOutcome.Admitted, Holders.Tightest(holder, plan.User, now, replicas), Wait: 0, way, now, Local: true);
    }
}
