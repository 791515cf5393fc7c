using System.Diagnostics;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>An upstream that counts by itself, in an exact sliding window, and refuses what is over the key's quota.</summary>
internal sealed class QuotaUpstream
{
    private readonly Queue<TimeSpan> times = new();
    private readonly Lock gate = new();
    private readonly int quota;
    private readonly TimeSpan window;
    private int refused;

    public QuotaUpstream(int quota, TimeSpan window)
    {
        (this.quota, this.window) = (quota, window);
        Server = RecordingUpstream.Start();
        Server.Answer = exchange => exchange.SendAsync(Takes() ? UpstreamAnswer.Json(200, "{}") : UpstreamAnswer.Json(429, """{"error":{"message":"Rate limit exceeded","type":"rate_limit_error","retry_after":1}}"""));
    }

    public RecordingUpstream Server { get; }

    public int Refused => Volatile.Read(ref refused);

    private bool Takes()
    {
        lock (gate)
        {
            var now = Stopwatch.GetElapsedTime(0);
            while (times.TryPeek(out var oldest) && now - oldest >= window) times.Dequeue();
            if (times.Count >= quota)
            {
                refused++;
                return false;
            }

            times.Enqueue(now);
            return true;
        }
    }
}
