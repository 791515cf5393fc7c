using System.Text.Json.Serialization;

namespace Fabraix.Sandbox.StandIn;

internal sealed record SeenHeader(string Name, string Value);

/// <summary>A request as it reached the upstream, with every key masked: fit to be shown.</summary>
internal sealed class SeenRequest
{
    public required string RequestId { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required IReadOnlyList<SeenHeader> Headers { get; init; }

    public required string Body { get; init; }

    /// <summary>The status it was answered with; null while no answer has begun.</summary>
    [JsonInclude]
    public int? Status { get; set; }
}
