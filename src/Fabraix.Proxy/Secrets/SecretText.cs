using System.Text;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets;

/// <summary>Turns what a store holds into a reading: the whole of it, or one field of a JSON object.</summary>
internal static class SecretText
{
    private const int LongestVersion = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a secret of bytes. Bytes above 0x7F become characters that no key and no JSON of ours may hold.</summary>
    public static SecretReading Read(ReadOnlySpan<byte> secret, string? field, string? version) =>
        field is null ? Value(Encoding.Latin1.GetString(secret), version) : Member(secret.ToArray(), field, version);

    /// <summary>Reads a secret of text.</summary>
    public static SecretReading Read(string secret, string? field, string? version) =>
        field is null ? Value(secret, version) : Member(Encoding.UTF8.GetBytes(secret), field, version);

    /// <summary>A version's name as logs and metrics may show it: a store's name is not the proxy's to trust.</summary>
    public static string? VersionName(string? version) => string.IsNullOrEmpty(version)
        ? null
        : string.Concat(version.Take(LongestVersion).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' ? c : '_'));

    private static SecretReading Value(string text, string? version) => SecretReading.Found(text, VersionName(version));

    private static SecretReading Member(byte[] json, string field, string? version)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out var member) && member.ValueKind == JsonValueKind.String)
                return Value(member.GetString()!, version);
            return NoField("it has no such field that is a string");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NoField("it is no JSON object, so it has no field");
        }

        SecretReading NoField(string problem) => SecretReading.Failed(SecretOutcome.NoField, problem, VersionName(version));
    }
}
