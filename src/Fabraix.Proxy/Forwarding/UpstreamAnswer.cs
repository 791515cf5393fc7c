using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Decides which answers of the upstream a browser may see.</summary>
internal static class UpstreamAnswer
{
    private static readonly Refusal Interim = Blocked("upstream: switched protocols or gave no final status");
    private static readonly Refusal Redirect = Blocked("upstream: redirect");
    private static readonly Refusal Encoded = Blocked("upstream: Content-Encoding, though identity was asked for");
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
            _ => response.Content.Headers.NonValidated.Contains("Content-Encoding") ? Encoded : null,
        };
        return refusal is null ? null : refusal with { ReceivedStatus = status };
    }

    private static Refusal Blocked(string rule) => new(ProxyError.UpstreamResponseBlocked, rule);
}
