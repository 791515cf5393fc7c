namespace Fabraix.Proxy.Simulation;

/// <summary>One window of the upstream's: it counts in fixed spans, which begin when it likes. Beside that, what an exact log of any such span would say.</summary>
internal sealed class UpstreamWindow(int quota, long length, long phase)
{
    private readonly Queue<long> _log = [];
    private long _span = -1;
    private int _used;
    private int _most;

    /// <summary>The most that came in any span of this length, as a part of the quota.</summary>
    public double Most => _most / (double)quota;

    public bool HasRoom(long now)
    {
        if ((now + phase) / length is var span && span != _span)
            (_span, _used) = (span, 0);
        return _used < quota;
    }

    public void Note(long now, bool accepted)
    {
        _used += accepted ? 1 : 0;
        _log.Enqueue(now);
        while (_log.Peek() <= now - length)
            _log.Dequeue();
        _most = Math.Max(_most, _log.Count);
    }
}
