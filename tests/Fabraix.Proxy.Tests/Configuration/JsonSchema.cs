using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>
/// As much of JSON Schema (draft 2020-12) as <c>appsettings.schema.json</c> uses. A keyword that it does not know is an exception:
/// what is not judged must not look as if it were.
/// </summary>
internal static class JsonSchema
{
    private static readonly string[] Annotations = ["$schema", "title", "description", "default"];

    /// <summary>Everything wrong with a value: where, and what.</summary>
    public static IEnumerable<string> Judge(JsonElement schema, JsonElement value, string at = "") =>
        schema.EnumerateObject().Where(keyword => !Annotations.Contains(keyword.Name)).SelectMany(keyword => Judge(schema, keyword, value, at));

    private static IEnumerable<string> Judge(JsonElement schema, JsonProperty keyword, JsonElement value, string at) => (keyword.Name, value.ValueKind) switch
    {
        ("type", _) => Unless(keyword.Value.ValueKind == JsonValueKind.Array ? keyword.Value.EnumerateArray().Any(type => IsOf(type.GetString()!, value)) : IsOf(keyword.Value.GetString()!, value), at, $"is not of type {keyword.Value}"),
        ("enum", _) => Unless(keyword.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), at, "is not one of the values"),
        ("properties", JsonValueKind.Object) => keyword.Value.EnumerateObject().SelectMany(known => value.TryGetProperty(known.Name, out var member) ? Judge(known.Value, member, $"{at}:{known.Name}") : []),
        ("additionalProperties", JsonValueKind.Object) => Others(schema, value).SelectMany(member => JudgeOther(keyword.Value, member, at)),
        ("required", JsonValueKind.Object) => keyword.Value.EnumerateArray().SelectMany(name => Unless(value.TryGetProperty(name.GetString()!, out _), at, $"has no {name}")),
        ("items", JsonValueKind.Array) => value.EnumerateArray().SelectMany((item, i) => Judge(keyword.Value, item, $"{at}:{i}")),
        ("minItems", JsonValueKind.Array) => Unless(value.GetArrayLength() >= keyword.Value.GetInt32(), at, "has too few items"),
        ("pattern", JsonValueKind.String) => Unless(Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!, RegexOptions.ECMAScript), at, $"does not match {keyword.Value}"),
        ("minLength", JsonValueKind.String) => Unless(value.GetString()!.Length >= keyword.Value.GetInt32(), at, "is too short"),
        ("minimum", JsonValueKind.Number) => Unless(value.GetDecimal() >= keyword.Value.GetDecimal(), at, "is too small"),
        ("maximum", JsonValueKind.Number) => Unless(value.GetDecimal() <= keyword.Value.GetDecimal(), at, "is too large"),
        ("oneOf", _) => Unless(keyword.Value.EnumerateArray().Count(choice => !Judge(choice, value, at).Any()) == 1, at, "does not fit exactly one choice"),
        ("properties" or "additionalProperties" or "required" or "items" or "minItems" or "pattern" or "minLength" or "minimum" or "maximum", _) => [],
        _ => throw new NotSupportedException($"The keyword {keyword.Name} is not understood here."),
    };

    private static IEnumerable<string> JudgeOther(JsonElement rule, JsonProperty member, string at) => rule.ValueKind switch
    {
        JsonValueKind.True => [],
        JsonValueKind.False => [$"{at}:{member.Name} is not known"],
        _ => Judge(rule, member.Value, $"{at}:{member.Name}"),
    };

    private static IEnumerable<JsonProperty> Others(JsonElement schema, JsonElement value) =>
        value.EnumerateObject().Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        _ => throw new NotSupportedException($"The type {type} is not understood here."),
    };

    private static IEnumerable<string> Unless(bool holds, string at, string wrong) => holds ? [] : [$"{at} {wrong}"];
}
