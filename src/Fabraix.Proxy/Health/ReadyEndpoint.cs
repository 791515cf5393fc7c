using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Health;

/// <summary>Says whether traffic should come here, and what is degraded.</summary>
internal sealed class ReadyEndpoint(Readiness readiness) : IManagementEndpoint
{
    public string Method => HttpMethods.Get;

    public string Path => "/healthz/ready";

    public Task HandleAsync(HttpContext context) =>
        readiness.Report().WriteAsync(context, readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
