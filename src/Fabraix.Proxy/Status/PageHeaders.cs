namespace Fabraix.Proxy.Status;

/// <summary>
/// What a browser is told of the page: it runs its own files and nothing else, turns no text into markup, sits in no frame, and tells nobody where it is. No other page may embed a
/// file of it, not even unseen (Fetch section 3.7). There is no CORS header, so that none can read one.
/// </summary>
internal static class PageHeaders
{
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static void Set(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
