namespace Fabraix.Sandbox.StandIn;

/// <summary>Counts uses in a fixed window that opens with its first use. Not thread-safe: its key holds the lock.</summary>
internal sealed class UseWindow(int? limit, TimeSpan length)
{
    private DateTimeOffset _opened = DateTimeOffset.MinValue;
    private int _used;

    /// <summary>How long the caller must wait; zero when there is room.</summary>
    public TimeSpan WaitAt(DateTimeOffset now)
    {
        if (limit is null || now - _opened >= length || _used < limit)
            return TimeSpan.Zero;
        return _opened + length - now;
    }

    public void CountAt(DateTimeOffset now)
    {
        if (now - _opened >= length)
        {
            _opened = now;
            _used = 0;
        }

        _used++;
    }
}
