using System.Globalization;
using System.Text.Json;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

/// <summary>Writes answers as RFC 6749 sections 5.1 and 5.2 say: JSON, never stored.</summary>
internal static class OAuthAnswer
{
    public static Task WriteAsync(HttpContext context, OAuthError error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"fabraix-proxy\", charset=\"UTF-8\"";
        if (error.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, error.Status, json =>
        {
            json.WriteString("error", error.Code);
            json.WriteString("error_description", error.Description);
        });
    }

    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var body = JsonBody.Bytes(members);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
