using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>Errors as Google's services write them.</summary>
internal static class GoogleError
{
    public static FakeAnswer Of(int code, string status, string message, params (string Name, string Value)[] headers) => FakeAnswer.Json(
        code,
        new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status } },
        headers);

    public static FakeAnswer Throttled(int retryAfterSeconds) =>
        Of(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Access requests' and limit 'Access requests per minute'.", ("Retry-After", retryAfterSeconds.ToString()));

    public static FakeAnswer Internal() => Of(500, "INTERNAL", "Internal error encountered.");

    public static FakeAnswer OAuth(string code, string description, int status = 400) =>
        FakeAnswer.Json(status, new JsonObject { ["error"] = code, ["error_description"] = description });
}
