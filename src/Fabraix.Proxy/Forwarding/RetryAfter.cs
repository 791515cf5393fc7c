using System.Net.Http.Headers;
using System.Text.Json;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Reads from an upstream's 429 how long to wait: the header (RFC 9110 section 10.2.3), else the body's retry_after as Fabraix writes it.</summary>
internal static class RetryAfter
{
    private const int Longest = 3600;
    private const int Usual = 60;
    private const int MostBytes = 4096;

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(1);

    /// <summary>Whole seconds from 1 to 3600; 60, the shorter of the key's windows, where the upstream says nothing usable.</summary>
    public static async ValueTask<int> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var seconds = FromHeader(response.Headers) ?? await FromBodyAsync(response, cancellation) ?? Usual;
        return (int)Math.Clamp(Math.Ceiling(seconds), 1, Longest);
    }

    /// <summary>A span, or a date, which means something by the clock that Date was written by and by no other (RFC 9110 section 6.6.1).</summary>
    private static double? FromHeader(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta.TotalSeconds,
        { Date: { } date } => (date - headers.Date)?.TotalSeconds,
        _ => null,
    };

    private static async ValueTask<double?> FromBodyAsync(HttpResponseMessage response, CancellationToken request)
    {
        using var limit = new CancellationTokenSource(LongestRead, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, request);
        var cancellation = both.Token;
        try
        {
            var buffer = new byte[MostBytes];
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var count = await body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellation);
            using var json = JsonDocument.Parse(buffer.AsMemory(0, count));
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("retry_after", out var after) && after.ValueKind == JsonValueKind.Number
                && after.TryGetDouble(out var seconds)
                    ? seconds
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or HttpRequestException || (e is OperationCanceledException && !request.IsCancellationRequested))
        {
            // An answer that cannot be read, be it for a name with half a surrogate pair, says nothing of how long to wait; that it was a 429 is known.
            return null;
        }
    }
}
