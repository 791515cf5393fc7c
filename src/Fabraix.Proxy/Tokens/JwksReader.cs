using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>Reads a JWK Set (RFC 7517) and keeps the keys that <see cref="JwkReader"/> takes; the others are left out by name.</summary>
internal static class JwksReader
{
    private const int MostKeys = 100;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="InvalidDataException">It is not a JWK Set, or no key in it is usable.</exception>
    public static (IReadOnlyList<SigningKey> Keys, IReadOnlyList<string> LeftOut) Read(ReadOnlyMemory<byte> json, IssuerOptions issuer)
    {
        using var document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > MostKeys)
            throw new InvalidDataException($"It is not a JWK Set: an object with \"keys\", an array of at most {MostKeys}.");

        var keys = new List<SigningKey>();
        var leftOut = new List<string>();
        var twice = RepeatedKeyIds(list);
        var index = 0;
        foreach (var jwk in list.EnumerateArray())
        {
            var (key, why) = ReadKey(jwk, issuer, twice);
            if (key is not null)
                keys.Add(key);
            else
                leftOut.Add($"key {index} ({Shown(JwkReader.Text(jwk, "kid"))}): {why}");
            index++;
        }

        return keys.Count > 0 ? (keys, leftOut) : throw new InvalidDataException($"No key in it is usable. {string.Join("; ", leftOut)}");
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half a surrogate pair, which cannot be compared with the others.
            throw new InvalidDataException(WhyNotStrict(json));
        }
    }

    private static string WhyNotStrict(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("-----BEGIN "u8))
            return "It is PEM; a JWK Set is needed (RFC 7517: JSON with \"keys\").";
        try
        {
            using var lenient = JsonDocument.Parse(text);
            return "It is JSON with a name twice, or nested too deep.";
        }
        catch (JsonException)
        {
            return "It is not JSON.";
        }
    }

    private static (SigningKey? Key, string Why) ReadKey(JsonElement jwk, IssuerOptions issuer, HashSet<string> twice)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return (null, "not an object");
        if (JwkReader.Text(jwk, "kid") is not { Length: > 0 } keyId)
            return (null, "no kid");
        if (twice.Contains(keyId))
            return (null, "kid comes twice");
        return JwkReader.Read(jwk, keyId, issuer.Algorithms);
    }

    private static HashSet<string> RepeatedKeyIds(JsonElement keys) => keys.EnumerateArray()
        .Where(jwk => jwk.ValueKind == JsonValueKind.Object)
        .GroupBy(jwk => JwkReader.Text(jwk, "kid") ?? "", StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>A kid as it may stand in a log: the provider chose it.</summary>
    private static string Shown(string? keyId) =>
        keyId is { Length: > 0 and <= 64 } && keyId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? $"kid {keyId}" : "kid not shown";
}
