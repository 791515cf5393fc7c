using System.Text;

namespace Fabraix.Sandbox.StandIn;

/// <summary>Remembers the last requests as the upstream saw them, and masks whatever is secret on the way in.</summary>
internal sealed class SeenRequests(StandInKeys keys)
{
    private const int Kept = 200;
    private const int ShownBody = 16 * 1024;
    private readonly Lock _gate = new();
    private readonly Queue<SeenRequest> _last = new(Kept);
    private long _total;

    /// <summary>How many requests ever arrived: what proves that a refused one did not.</summary>
    public long Total => Interlocked.Read(ref _total);

    public SeenRequest Record(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var seen = new SeenRequest
        {
            RequestId = request.Headers["x-request-id"].ToString(),
            Method = request.Method,
            Path = keys.Mask(request.Path.Value + request.QueryString.Value),
            Headers = [.. request.Headers.Select(h => new SeenHeader(h.Key, Shown(h.Key, h.Value.ToString())))],
            Body = keys.Mask(Encoding.UTF8.GetString(body[..Math.Min(body.Length, ShownBody)])),
        };
        Interlocked.Increment(ref _total);
        lock (_gate)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(seen);
        }

        return seen;
    }

    /// <summary>More than one when the proxy tried again with a newer key.</summary>
    public IReadOnlyList<SeenRequest> ById(string requestId)
    {
        lock (_gate)
            return [.. _last.Where(s => s.RequestId == requestId)];
    }

    public IReadOnlyList<SeenRequest> All()
    {
        lock (_gate)
            return [.. _last];
    }

    private string Shown(string name, string value)
    {
        // A token or a cookie here would be the proxy's failure: its presence is shown, its value is nobody's business.
        if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            return "[not shown]";
        var masked = keys.Mask(value);
        return name.Equals("x-api-key", StringComparison.OrdinalIgnoreCase) && masked == value ? "[unknown key]" : masked;
    }
}
