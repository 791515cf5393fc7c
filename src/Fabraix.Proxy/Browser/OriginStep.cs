using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Browser;

/// <summary>
/// Decides whether a page of the request's origin may call: Origin is authorization here, not decoration (RFC 6454, Fetch
/// Metadata). It follows the preflight, the browser's own question about the same. It refuses with 403; a request
/// that names no origin is no page's, and passes unless RequireOrigin is set or the browser itself says cross-site.
/// </summary>
internal sealed class OriginStep(BrowserOptions options) : IStep
{
    private static readonly Refusal Unlisted = new(ProxyError.OriginNotAllowed, "origin: not listed");
    private static readonly Refusal Absent = new(ProxyError.OriginNotAllowed, "origin: none, and RequireOrigin is set");
    private static readonly Refusal CrossSite = new(ProxyError.CrossSiteRequest, "origin: Sec-Fetch-Site is cross-site without a listed Origin");

    public string Name => "origin";

    public ValueTask<Verdict> JudgeAsync(HttpContext context) =>
        Judge(context.Request.Headers) is { } refusal ? Verdict.Refuse(refusal) : Verdict.Pass;

    private Refusal? Judge(IHeaderDictionary headers)
    {
        if (headers.Origin.Count > 0)
            return options.Origins.Contains(headers.Origin.ToString()) ? null : Unlisted;
        if (string.Equals(headers["Sec-Fetch-Site"].ToString(), "cross-site", StringComparison.OrdinalIgnoreCase))
            return CrossSite;
        return options.RequireOrigin ? Absent : null;
    }
}
