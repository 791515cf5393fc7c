using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>Reads a JWK Set (RFC 7517) and keeps the keys that <see cref="JwkReader"/> takes; the others are left out by name.</summary>
internal static class JwksReader
{
    private const int MostKeys = 100;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The usable keys, and why others are left out.</summary>
    /// <exception cref="InvalidDataException">It is not a JWK Set, or no key in it is usable.</exception>
    public static (IReadOnlyList<SigningKey> Keys, IReadOnlyList<string> LeftOut) Read(ReadOnlyMemory<byte> json, IssuerOptions issuer)
    {
        var (keys, leftOut, _) = ReadAll(json, issuer);
        return keys.Count > 0 ? (keys, leftOut) : throw new InvalidDataException(NoneUsable(leftOut));
    }

    /// <summary>The same where no key is usable, and the kid of each key that is listed.</summary>
    /// <exception cref="InvalidDataException">It is not a JWK Set, or lists no key at all.</exception>
    public static (IReadOnlyList<SigningKey> Keys, IReadOnlyList<string> LeftOut, IReadOnlySet<string> Listed) ReadAll(ReadOnlyMemory<byte> json, IssuerOptions issuer)
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

        // RFC 7517 section 4.1: what has no kty is no key, so that a set of nothing else says nothing of any key.
        if (!list.EnumerateArray().Any(jwk => JwkReader.Text(jwk, "kty") is not null))
            throw new InvalidDataException(NoneUsable(leftOut));
        return (keys, leftOut, list.EnumerateArray().Select(jwk => JwkReader.Text(jwk, "kid") ?? "").ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>A sentence about a set that gives no keys.</summary>
    public static string NoneUsable(IReadOnlyList<string> leftOut) => $"No key in it is usable. {(leftOut.Count > 0 ? string.Join("; ", leftOut) : "It lists none")}.";

    /// <summary>A kid as it may stand in a log: the provider chose it.</summary>
    public static string Shown(string? keyId) =>
        keyId is { Length: > 0 and <= 64 } && keyId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? $"kid {keyId}" : "kid not shown";

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
}
