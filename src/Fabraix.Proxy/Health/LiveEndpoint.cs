using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Health;

/// <summary>Says that the process answers.</summary>
internal sealed class LiveEndpoint : IManagementEndpoint
{
    public string Method => HttpMethods.Get;

    public string Path => "/healthz/live";

    public Task HandleAsync(HttpContext context) => new ReadinessReport("live", []).WriteAsync(context, StatusCodes.Status200OK);
}
