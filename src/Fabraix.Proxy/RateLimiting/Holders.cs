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
            holder = new Holder(id, new WindowCount[windows.Length], [.. Enumerable.Repeat(new FairTag(), tags)]);
            _holders.Add(id, holder);
            Bytes += holder.Size;
        }

        Link(holder, now);
        Forget(now);
        for (var i = 0; i < windows.Length; i++)
            holder.Counts[i].Advance(windows[i].BucketAt(now));
        return holder;
    }

    /// <summary>Takes over those that another configuration's windows were kept of; counts of a window that is as long go on.</summary>
    /// <param name="before">Where they are now, and then are no more.</param>
    /// <param name="parts">For each of the shared windows its place there, or a negative number.</param>
    public void Succeed(Holders before, int[] parts)
    {
        int[] counts = [.. windows.Select(window => Array.FindIndex(before.Windows, other => other.Length == window.Length))];
        for (var earlier = before._oldest; earlier is not null; earlier = earlier.Newer)
        {
            var holder = new Holder(earlier.Id, Pick(counts, earlier.Counts, default), Pick(parts, earlier.Tags, new FairTag()));
            if (!_holders.TryAdd(holder.Id, holder))
                continue;
            Link(holder, earlier.LastAsked);
            Bytes += holder.Size;
        }

        before._holders.Clear();
        (before._newest, before._oldest, before.Bytes) = (null, null, 0);
    }

    /// <summary>The one that has its own windows full for longest, or null.</summary>
    /// <param name="holder">Whose.</param>
    /// <param name="limits">The windows with the quotas that hold now.</param>
    /// <param name="now">In microseconds.</param>
    /// <param name="replicas">How many share the limits.</param>
    public static Usage? Full(Holder holder, Window[] limits, long now, int replicas)
    {
        Usage? worst = null;
        for (var i = 0; i < limits.Length; i++)
        {
            if (holder.Counts[i].Total >= limits[i].Share(replicas) && State(holder, limits, i, now, replicas) is var usage && usage.IsTighterThan(worst))
                worst = usage;
        }

        return worst;
    }

    /// <summary>The state of the tightest window; null without windows.</summary>
    public static Usage? Tightest(Holder holder, Window[] limits, long now, int replicas)
    {
        Usage? tightest = null;
        for (var i = 0; i < limits.Length; i++)
        {
            if (State(holder, limits, i, now, replicas) is var usage && usage.IsTighterThan(tightest))
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

    private static Usage State(Holder holder, Window[] limits, int window, long now, int replicas) =>
        new(limits[window], Math.Max(0, limits[window].Share(replicas) - holder.Counts[window].Total), holder.Counts[window].UntilRoom(now, limits[window]));

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

    private static T[] Pick<T>(int[] places, T[] from, T none) => [.. places.Select(place => place < 0 ? none : from[place])];

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
/// <param name="id">Who.</param>
/// <param name="counts">Of each of the own windows.</param>
/// <param name="tags">Of each of the shared windows.</param>
internal sealed class Holder(UInt128 id, WindowCount[] counts, FairTag[] tags)
{
    // The object, its place in the table, and the heads of two arrays.
    private const int Base = 240;

    public UInt128 Id => id;

    public WindowCount[] Counts => counts;

    public FairTag[] Tags => tags;

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
