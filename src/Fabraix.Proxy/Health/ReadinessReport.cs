using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabraix.Proxy.Health;

/// <summary>What <c>/healthz/ready</c> answers: whether traffic may come, and what is degraded, by configured names.</summary>
internal sealed record ReadinessReport(string Status, IReadOnlyList<string> Degraded)
{
    // For people in a terminal, and never HTML: an apostrophe stays one.
    private static readonly ReadinessJson Plain = new(new JsonSerializerOptions(ReadinessJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Task WriteAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, this, Plain.ReadinessReport, context.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReadinessReport))]
internal sealed partial class ReadinessJson : JsonSerializerContext;
