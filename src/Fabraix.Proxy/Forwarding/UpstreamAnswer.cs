using System.Net;
using System.Net.Http.Headers;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Decides which answers of the upstream a browser may see.</summary>
internal static class UpstreamAnswer
{
    private static readonly Refusal Interim = Blocked("upstream: switched protocols or gave no final status");
    private static readonly Refusal Redirect = Blocked("upstream: redirect");
    private static readonly Refusal Encoded = Blocked("upstream: Content-Encoding, though identity was asked for");
    private static readonly Refusal Framing = Blocked("upstream: length given twice, or not plainly");
    private static readonly Refusal Control = Blocked("upstream: control character in a header value");
    private static readonly Refusal NoStatus = Blocked("upstream: status outside 200-599");

    public static async ValueTask<Refusal?> JudgeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var refusal = status switch
        {
            < 200 => Interim,
            401 => new Refusal(ProxyError.UpstreamKeyRejected, "upstream: refused our key"),
            403 => new Refusal(ProxyError.UpstreamKeyForbidden, "upstream: our key lacks a permission"),
            429 => new Refusal(ProxyError.UpstreamRateLimited, "upstream: rate limited") { RetryAfter = await RetryAfter.ReadAsync(response, cancellation) },
            >= 300 and < 400 => Redirect,
            >= 600 => NoStatus,
            _ when response.Content.Headers.NonValidated.Contains("Content-Encoding") => Encoded,
            _ when !IsFramedPlainly(response) => Framing,
            _ => IsClean(response.Headers) && IsClean(response.Content.Headers) ? null : Control,
        };
        return refusal is null ? null : refusal with { ReceivedStatus = status };
    }

    // RFC 9112 section 6.3: the client library is as lenient as it can be with what an upstream sends; nothing of doubtful length passes.
    private static bool IsFramedPlainly(HttpResponseMessage response)
    {
        var hasLength = response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var length);

        // RFC 9110 sections 15.3.5 and 15.3.6: these have no content, whatever they say.
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
            return !response.Headers.NonValidated.Contains("Transfer-Encoding") && (!hasLength || length.ToString() == "0");
        if (response.Headers.NonValidated.TryGetValues("Transfer-Encoding", out var coding))
            return !hasLength && coding.Count == 1 && coding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase);
        return !hasLength || (length.Count == 1 && length.ToString() is { Length: > 0 and <= 18 } digits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9'));
    }

    private static bool IsClean(HttpHeaders headers)
    {
        foreach (var (_, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                if (!FieldSyntax.IsValue(value))
                    return false;
            }
        }

        return true;
    }

    private static Refusal Blocked(string rule) => new(ProxyError.UpstreamResponseBlocked, rule);
}
