using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Browser;

/// <summary>
/// Puts the security headers on every answer before anything is decided, and the CORS headers wherever the origin is
/// listed, so that a page can also read why it was refused.
/// </summary>
internal sealed class BrowserHeaders(BrowserOptions options)
{
    private const string Exposed = "Retry-After, RateLimit, RateLimit-Policy, Proxy-Status, WWW-Authenticate, DPoP-Nonce, x-request-id";

    // Headers are set per answer: the values are made once.
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NoContent = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues CrossOrigin = "cross-origin";
    private static readonly StringValues VaryOrigin = "Origin";
    private static readonly StringValues OneYear = "max-age=31536000; includeSubDomains";
    private static readonly StringValues ExposedValues = Exposed;

    public void Stamp(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = NoContent;
        headers.Vary = VaryOrigin;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;

        // A single, exactly listed Origin; two of them are refused later and get no permission now.
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 1 && options.Origins.Contains(origin.ToString()))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = ExposedValues;
            headers["Cross-Origin-Resource-Policy"] = CrossOrigin;
        }
        else
        {
            headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        }
    }

    /// <summary>Takes the permission back, for a preflight that is refused.</summary>
    public static void WithdrawCors(HttpResponse response)
    {
        response.Headers.Remove(HeaderNames.AccessControlAllowOrigin);
        response.Headers.Remove(HeaderNames.AccessControlExposeHeaders);
        response.Headers["Cross-Origin-Resource-Policy"] = SameOrigin;
    }
}

internal static class BrowserHeadersExtensions
{
    public static void UseBrowserHeaders(this IApplicationBuilder app)
    {
        var headers = app.ApplicationServices.GetRequiredService<BrowserHeaders>();
        app.Use(next => context =>
        {
            headers.Stamp(context);
            return next(context);
        });
    }
}
