using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Browser;

/// <summary>
/// Answers a CORS preflight (Fetch, "CORS-preflight fetch"): 204 for a listed origin and a listed route, with that route's
/// method alone. It follows the route step, whose find it needs, and ends here: a preflight carries no token and never goes
/// upstream. It refuses with 403 and without any CORS header, whatever is amiss, so that it tells a stranger nothing.
/// </summary>
internal sealed class PreflightStep(BrowserOptions options) : IStep
{
    private const string Always = "authorization, content-type, accept, accept-language, idempotency-key, traceparent, tracestate, x-request-id";

    private readonly string _allowedHeaders = options.SendsProofs ? $"{Always}, dpop" : Always;

    private static readonly Refusal Unlisted = new(ProxyError.OriginNotAllowed, "preflight: origin not listed");
    private static readonly Refusal NoRoute = new(ProxyError.OriginNotAllowed, "preflight: no such route for this method");

    public string Name => "preflight";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        if (!Preflight.Is(context.Request))
            return Verdict.Pass;

        var listed = options.Origins.Contains(context.Request.Headers.Origin.ToString());
        if (!listed || context.Features.Get<RouteRule>() is not { } rule)
        {
            BrowserHeaders.WithdrawCors(context.Response);
            return Verdict.Refuse(listed ? NoRoute : Unlisted);
        }

        var response = context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = rule.Method;
        response.Headers.AccessControlAllowHeaders = _allowedHeaders;
        response.Headers.AccessControlMaxAge = "600";
        RequestRecord.Of(context).Code = RequestRecord.Preflight;
        return Verdict.Done;
    }
}
