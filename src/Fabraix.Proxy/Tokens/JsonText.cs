using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>Reads JSON strings that came from outside.</summary>
internal static class JsonText
{
    /// <summary>The text, or null where an escape makes half a surrogate pair: such a string has no one spelling to compare.</summary>
    public static string? Read(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
