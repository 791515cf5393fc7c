using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Errors;

/// <summary>The one place that turns a <see cref="Refusal"/> into an answer. It leaves the refusal on the request, for the log line to tell.</summary>
internal static class ErrorWriter
{
    public static async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        context.Features.Set(refusal);
        var response = context.Response;
        if (response.HasStarted)
        {
            // The status has left already: cutting the stream is the only honest no that remains.
            context.Abort();
            return;
        }

        var error = refusal.Error;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.Headers[ProxyHeaders.ProxyStatus] = ProxyStatus(refusal);
        response.Headers.WWWAuthenticate = refusal.Challenge;
        response.Headers.Allow = refusal.Allow;
        if (refusal.RetryAfter is { } seconds)
            response.Headers.RetryAfter = RetryJitter.Between(seconds, seconds + error.RetrySpread).ToString(CultureInfo.InvariantCulture);
        if (refusal.CloseConnection)
            Close(context);

        var body = error.Status == StatusCodes.Status429TooManyRequests ? error.Envelope(refusal.RetryAfter) : error.Body;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>RFC 9209 section 2: one list member, this proxy's.</summary>
    internal static string ProxyStatus(Refusal refusal)
    {
        var received = refusal.ReceivedStatus is { } status ? string.Create(CultureInfo.InvariantCulture, $"; received-status={status}") : "";
        return $"fabraix-proxy; error={refusal.ProxyStatus}; details=\"{refusal.Error.Code}\"{received}";
    }

    private static void Close(HttpContext context)
    {
        // HTTP/2 frames keep their own boundaries: one bad request says nothing about the next (RFC 9113 section 5.4.2).
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            context.Response.Headers[HeaderNames.Connection] = "close";
    }
}
