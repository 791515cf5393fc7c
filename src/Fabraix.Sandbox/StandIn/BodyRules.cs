using System.Globalization;
using System.Text.Json;

namespace Fabraix.Sandbox.StandIn;

/// <summary>The documented request bodies: each rule answers with the first mistake it finds, or null.</summary>
internal static class BodyRules
{
    private static readonly string[] EventTypes =
        ["user", "model_input", "model_output", "tool", "environment", "memory", "system", "error"];

    public static string? RegisterAgentRun(JsonElement body) =>
        Uuid(body, "agent_id") ?? Iso8601(body, "timestamp") ?? Text(body, "system_prompt");

    public static string? Event(JsonElement body) => OneOf(body, "event_type", EventTypes) ?? Recorded(body);

    public static string? Check(JsonElement body) => OneOf(body, "event_type", ["action_check"]) ?? Recorded(body);

    private static string? Recorded(JsonElement body) =>
        Uuid(body, "trace_id") ?? Seconds(body, "timestamp") ?? JsonText(body, "content") ?? JsonText(body, "schema");

    private static string? Uuid(JsonElement body, string name) =>
        StringOf(body, name) is { } s && Guid.TryParseExact(s, "D", out _) ? null : $"{name} must be a UUID";

    // ISO 8601 with a time zone: without one nobody knows when the run began.
    private static string? Iso8601(JsonElement body, string name) =>
        StringOf(body, name) is { Length: >= 20 } s
        && s[10] == 'T'
        && DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null
            : $"{name} must be an ISO 8601 time";

    private static string? Text(JsonElement body, string name) =>
        StringOf(body, name) is null ? $"{name} must be a string" : null;

    private static string? OneOf(JsonElement body, string name, string[] values) =>
        StringOf(body, name) is { } s && values.Contains(s, StringComparer.Ordinal)
            ? null
            : $"{name} must be one of {string.Join(", ", values)}";

    private static string? Seconds(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? null
            : $"{name} must be a number of Unix seconds";

    private static string? JsonText(JsonElement body, string name)
    {
        try
        {
            if (StringOf(body, name) is { } text)
            {
                using var parsed = JsonDocument.Parse(text);
                return null;
            }
        }
        catch (JsonException)
        {
            // Falls through to the same answer: not JSON is as wrong as not a string.
        }

        return $"{name} must be JSON as text";
    }

    private static string? StringOf(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
