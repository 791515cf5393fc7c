using System.Text.Json;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Status;

/// <summary>What the page shows, for it and for programs.</summary>
internal sealed class StatusEndpoint(StatusReader reader) : IManagementEndpoint
{
    public string Method => HttpMethods.Get;

    public string Path => "/status.json";

    public Task HandleAsync(HttpContext context)
    {
        PageHeaders.Set(context.Response);
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, reader.Read(), StatusJson.Default.StatusReport, context.RequestAborted);
    }
}
