namespace Fabraix.Sandbox.Demo;

/// <summary>The demo pages' response headers: a page that holds a token runs its own files and nothing else.</summary>
internal static class PageHeaders
{
    public static string PagePolicy(SandboxAddresses a) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        + $"connect-src 'self' {a.Proxy} {a.Issuer}; frame-src {a.Foreign}; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static string ForeignPolicy(SandboxAddresses a) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        + $"connect-src 'self' {a.Proxy}; base-uri 'none'; form-action 'none'; frame-ancestors {a.Page}";

    public static void Set(HttpContext context, string policy)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }
}
