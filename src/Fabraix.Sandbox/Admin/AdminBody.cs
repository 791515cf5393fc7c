using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fabraix.Sandbox.Admin;

/// <summary>Reads the operator's small JSON bodies, and names enum values the way a terminal spells them: echo-key.</summary>
internal static class AdminBody
{
    /// <summary>The body as JSON whatever its content type says, since curl -d says form.</summary>
    public static async Task<(T? Value, string? Mistake)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (context.Request.ContentLength is 0 or null)
            return (null, null);
        try
        {
            return (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted), null);
        }
        catch (JsonException mistake)
        {
            return (null, $"The body is not the JSON this endpoint reads: {mistake.Message}");
        }
    }

    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static bool TryName<T>(string? name, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(NameOf(candidate), name, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
