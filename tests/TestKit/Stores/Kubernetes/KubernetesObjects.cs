using System.Globalization;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>What the Kubernetes API answers, as JSON.</summary>
internal static class KubernetesObjects
{
    public static JsonObject Secret(string space, StoredSecret secret) => new()
    {
        ["kind"] = "Secret",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = secret.Name,
            ["namespace"] = space,
            ["uid"] = "11111111-2222-3333-4444-" + secret.Versions[0].Id.PadLeft(12, '0'),
            ["resourceVersion"] = secret.Latest!.Id,
            ["creationTimestamp"] = secret.Versions[0].Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        },
        ["data"] = new JsonObject(secret.Latest!.Fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Convert.ToBase64String(field.Value)))),
        ["type"] = "Opaque",
    };

    public static JsonObject List(long revision, IEnumerable<JsonObject> items) => new()
    {
        ["kind"] = "SecretList",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) },
        ["items"] = new JsonArray([.. items]),
    };

    public static JsonObject Event(string type, JsonObject of) => new() { ["type"] = type, ["object"] = of };

    /// <summary>An object that holds nothing but where the watch has come to.</summary>
    public static JsonObject Bookmark(long revision) => Event("BOOKMARK", new JsonObject
    {
        ["kind"] = "Secret",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null },
    });

    public static JsonObject Gone(long from, long oldest) => Event("ERROR", StatusObject(410, "Expired", $"too old resource version: {from} ({oldest})"));

    public static FakeAnswer Status(int code, string reason, string message) => FakeAnswer.Json(code, StatusObject(code, reason, message));

    public static FakeAnswer NotFound(string name) => FakeAnswer.Json(404, StatusObject(404, "NotFound", $"secrets \"{name}\" not found", Details(name)));

    public static FakeAnswer Forbidden(string user, string verb, string? name, string space) => FakeAnswer.Json(403, StatusObject(
        403,
        "Forbidden",
        $"secrets{(name is null ? "" : $" \"{name}\"")} is forbidden: User \"{user}\" cannot {verb} resource \"secrets\" in API group \"\" in the namespace \"{space}\"",
        Details(name)));

    public static FakeAnswer TooMany(int retryAfterSeconds)
    {
        var details = new JsonObject { ["retryAfterSeconds"] = retryAfterSeconds };
        return FakeAnswer.Json(429, StatusObject(429, "TooManyRequests", "too many requests, please try again later", details), ("Retry-After", retryAfterSeconds.ToString()));
    }

    private static JsonObject Details(string? name)
    {
        var details = new JsonObject { ["kind"] = "secrets" };
        if (name is not null) details["name"] = name;
        return details;
    }

    private static JsonObject StatusObject(int code, string reason, string message, JsonObject? details = null)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (details is not null) status["details"] = details;
        return status;
    }
}
