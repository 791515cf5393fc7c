namespace Fabraix.Proxy.Facts;

/// <summary>When the last of many facts ends, so that asking costs one comparison while there are none. It only grows.</summary>
internal sealed class LastEnd(TimeProvider time)
{
    private long _end;

    public bool IsAhead => Volatile.Read(ref _end) is not 0 and var end && end > time.GetUtcNow().UtcTicks;

    /// <summary>To be called before a fact is noted, so that nobody who was told of it is let past it.</summary>
    public void Reach(DateTimeOffset until)
    {
        var known = Volatile.Read(ref _end);
        while (known < until.UtcTicks && Interlocked.CompareExchange(ref _end, until.UtcTicks, known) is var seen && seen != known)
            known = seen;
    }
}
