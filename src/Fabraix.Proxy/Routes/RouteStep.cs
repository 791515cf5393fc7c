using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Routes;

/// <summary>
/// Decides which listed operation the request names, by exact bytes of method and path, and leaves its <see cref="RouteRule"/>.
/// It follows the target step, whose one spelling it compares. It refuses with 404, or 405 where the path has other methods;
/// a preflight is looked up by the method that it asks for, and judged by the preflight step.
/// </summary>
internal sealed class RouteStep(RouteTable routes) : IStep
{
    private static readonly Refusal NotFound = new(ProxyError.RouteNotFound, "route: no such path");

    public string Name => "route";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var request = context.Request;
        var preflight = Preflight.Is(request);
        var method = preflight ? request.Headers.AccessControlRequestMethod.ToString() : request.Method;
        var rule = routes.Find(TargetStep.RawTarget(context), method, out var allow);
        if (rule is not null)
        {
            context.Features.Set(rule);
            var record = RequestRecord.Of(context);
            (record.Route, record.Path) = (rule.Name, rule.Path.Value);
            return Verdict.Pass;
        }

        if (preflight)
            return Verdict.Pass;
        return Verdict.Refuse(allow is null ? NotFound : new Refusal(ProxyError.MethodNotAllowed, "route: path has other methods") { Allow = allow });
    }
}
