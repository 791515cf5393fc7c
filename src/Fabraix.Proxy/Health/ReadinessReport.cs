using System.Text.Json.Serialization;

namespace Fabraix.Proxy.Health;

/// <summary>What <c>/healthz/ready</c> answers: whether traffic may come, and what is degraded, by configured names.</summary>
internal sealed record ReadinessReport(string Status, IReadOnlyList<string> Degraded);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReadinessReport))]
internal sealed partial class ReadinessJson : JsonSerializerContext;
