namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// What is remembered of each user, or of each address. Bounded by bytes: past them the one longest idle is forgotten, and so is whoever has been idle for
/// longer than the longest window. Not safe for several threads: the limiter holds its lock.
/// </summary>
/// <param name="windows">Of each.</param>
/// <param name="tags">Shared windows that each may have a part in.</param>
/// <param name="mostBytes">Bytes of all together.</param>
internal sealed class Holders(Window[] windows, int tags, long mostBytes)
{
    private readonly Dictionary<UInt128, Holder> _holders = [];
    private readonly long _longest = windows.Select(window => window.Micros).DefaultIfEmpty(Window.Hour("", 1).Micros).Max();
    private Holder? _newest;
    private Holder? _oldest;

    public int Count => _holders.Count;

    /// <summary>Bytes that they take together, as far as that can be counted.</summary>
    public long Bytes { get; private set; }

    public Window[] Windows => windows;

    /// <summary>Finds one, or begins with it, and comes to a time.</summary>
    public Holder Find(UInt128 id, long now)
    {
        if (_holders.TryGetValue(id, out var holder))
        {
            Unlink(holder);
        }
        else
        {
            holder = new Holder(id, windows.Length, tags);
            _holders.Add(id, holder);
            Bytes += holder.Size;
        }

        Link(holder, now);
        Forget(now);
        for (var i = 0; i < windows.Length; i++)
            holder.Counts[i].Advance(windows[i].BucketAt(now));
        return holder;
    }

    /// <summary>The one that has its own windows full for longest, or null.</summary>
    public Usage? Full(Holder holder, long now, int replicas)
    {
        Usage? worst = null;
        for (var i = 0; i < windows.Length; i++)
        {
            if (holder.Counts[i].Total >= windows[i].Share(replicas) && State(holder, i, now, replicas) is var usage && usage.IsTighterThan(worst))
                worst = usage;
        }

        return worst;
    }

    /// <summary>The state of the tightest window; null without windows.</summary>
    public Usage? Tightest(Holder holder, long now, int replicas)
    {
        Usage? tightest = null;
        for (var i = 0; i < windows.Length; i++)
        {
            if (State(holder, i, now, replicas) is var usage && usage.IsTighterThan(tightest))
                tightest = usage;
        }

        return tightest;
    }

    public void Add(Holder holder, long now)
    {
        var before = holder.Size;
        for (var i = 0; i < windows.Length; i++)
            holder.Counts[i].Add(windows[i].BucketAt(now));
        Bytes += holder.Size - before;
        Forget(now);
    }

    private Usage State(Holder holder, int window, long now, int replicas) =>
        new(windows[window], Math.Max(0, windows[window].Share(replicas) - holder.Counts[window].Total), holder.Counts[window].UntilRoom(now, windows[window]));

    private void Forget(long now)
    {
        // Two for each that comes: so those idle are gone sooner than they can gather, and no request pays for many.
        for (var i = 0; i < 2 && _oldest is { } oldest && oldest != _newest && (Bytes > mostBytes || now - oldest.LastAsked > _longest + (_longest / WindowCount.Buckets)); i++)
        {
            Unlink(oldest);
            _holders.Remove(oldest.Id);
            Bytes -= oldest.Size;
        }
    }

    private void Link(Holder holder, long now)
    {
        holder.LastAsked = now;
        (holder.Older, holder.Newer) = (_newest, null);
        if (_newest is not null)
            _newest.Newer = holder;
        _newest = holder;
        _oldest ??= holder;
    }

    private void Unlink(Holder holder)
    {
        if (holder.Newer is { } newer)
            newer.Older = holder.Older;
        else
            _newest = holder.Older;
        if (holder.Older is { } older)
            older.Newer = holder.Newer;
        else
            _oldest = holder.Newer;
    }
}

/// <summary>One user, or one address.</summary>
internal sealed class Holder
{
    // The object, its place in the table, and the heads of two arrays.
    private const int Base = 240;

    public Holder(UInt128 id, int windows, int tags)
    {
        (Id, Counts, Tags) = (id, new WindowCount[windows], new FairTag[tags]);
        Array.Fill(Tags, new FairTag());
    }

    public UInt128 Id { get; }

    public WindowCount[] Counts { get; }

    public FairTag[] Tags { get; }

    public long LastAsked { get; set; }

    /// <summary>What the shared store last refused, so that it is not asked the same again at once.</summary>
    public SharedRefusal Refused { get; set; }

    public Holder? Newer { get; set; }

    public Holder? Older { get; set; }

    public int Size
    {
        get
        {
            var size = Base + (Counts.Length * 24) + (Tags.Length * 16);
            foreach (ref readonly var count in Counts.AsSpan())
                size += count.Size;
            return size;
        }
    }
}

/// <summary>A refusal of the shared store.</summary>
/// <param name="Route">The route's number.</param>
/// <param name="Outcome">Why.</param>
/// <param name="Holds">Until when the store is not asked again, in microseconds.</param>
/// <param name="Until">When it is worth to.</param>
internal readonly record struct SharedRefusal(int Route, LimitOutcome Outcome, long Holds, long Until);
