using System.Text;
using System.Text.Json;

namespace Fabraix.TestKit;

/// <summary>One HTTP/1.1 answer as it came: headers in their order and spelling, the body without its transfer coding.</summary>
internal sealed class RawResponse
{
    public required string Head { get; init; }

    public required int Status { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public byte[] Body { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    /// <summary>Heads of the 1xx answers that came first.</summary>
    public IReadOnlyList<string> Interim { get; init; } = [];

    public string Text => Encoding.UTF8.GetString(Body);

    public bool Closes => Header("connection") is "close";

    /// <summary>The only value of a header, or null. Two of it are a failure, since no test here expects one to be repeated.</summary>
    public string? Header(string name) => All(name) switch
    {
        [] => null,
        [var only] => only,
        var several => throw new InvalidDataException($"{several.Count} headers {name}"),
    };

    public IReadOnlyList<string> All(string name) =>
        [.. Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>The error envelope, when the body is exactly one; null otherwise.</summary>
    public ErrorEnvelope? Error => ErrorEnvelope.Parse(Body);

    /// <summary>For a failing assertion: what came, shortly.</summary>
    public override string ToString() => $"{Status} {Error?.Code}";
}

/// <param name="Members">The names inside <c>error</c>, in order: the envelope has no others.</param>
internal sealed record ErrorEnvelope(string Message, string Type, string Code, int? RetryAfter, IReadOnlyList<string> Members)
{
    public static ErrorEnvelope? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Count() != 1) return null;
            if (!root.TryGetProperty("error", out var error)) return null;
            return new ErrorEnvelope(
                error.GetProperty("message").GetString()!,
                error.GetProperty("type").GetString()!,
                error.GetProperty("code").GetString()!,
                error.TryGetProperty("retry_after", out var retry) ? retry.GetInt32() : null,
                [.. error.EnumerateObject().Select(member => member.Name)]);
        }
        catch (Exception mistake) when (mistake is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
