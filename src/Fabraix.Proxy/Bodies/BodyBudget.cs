namespace Fabraix.Proxy.Bodies;

/// <summary>
/// Caps the memory of all request bodies together: a quarter of what the process may use, from 16 MiB to 256 MiB. A request
/// that does not fit is told to come back, before memory runs short for the others.
/// </summary>
internal sealed class BodyBudget(long capacity)
{
    private const long Mebibyte = 1024 * 1024;

    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public static BodyBudget ForThisMachine() =>
        new(Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 16 * Mebibyte, 256 * Mebibyte));

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= capacity)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
