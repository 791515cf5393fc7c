using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// A token taken apart strictly, before anything in it is believed: the compact serialisation (RFC 7515 section 7.1) in
/// canonical base64url, whose header and payload are JSON objects without duplicate names (RFC 8725 section 2.4).
/// The library that verifies the signature is more lenient; what it would repair is refused here.
/// </summary>
internal sealed class CompactJws : IDisposable
{
    public const int MaxLength = 8 * 1024;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 16,
    };

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly JsonDocument _header;
    private readonly JsonDocument _payload;

    private CompactJws(JsonDocument header, JsonDocument payload) => (_header, _payload) = (header, payload);

    public JsonElement Header => _header.RootElement;

    public JsonElement Payload => _payload.RootElement;

    public static bool TryParse(string token, [NotNullWhen(true)] out CompactJws? jws)
    {
        jws = null;
        if (token.Length > MaxLength)
            return false;

        var text = token.AsSpan();
        var first = text.IndexOf('.');
        var last = text.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || last == text.Length - 1 || text[(first + 1)..last].Contains('.'))
            return false;
        if (!IsCanonical(text[..first]) || !IsCanonical(text[(first + 1)..last]) || !IsCanonical(text[(last + 1)..]))
            return false;

        if (!TryReadObject(text[..first], out var header))
            return false;
        if (!TryReadObject(text[(first + 1)..last], out var payload))
        {
            header.Dispose();
            return false;
        }

        jws = new CompactJws(header, payload);
        return true;
    }

    public void Dispose()
    {
        _header.Dispose();
        _payload.Dispose();
    }

    /// <summary>RFC 7515 section 2: no padding, no line breaks; and the unused bits of the last character are zero, so that one value has one spelling.</summary>
    internal static bool IsCanonical(ReadOnlySpan<char> segment)
    {
        if (segment.ContainsAnyExcept(Alphabet))
            return false;

        var unusedBits = (segment.Length % 4) switch { 0 => 0, 2 => 4, 3 => 2, _ => -1 };
        if (unusedBits <= 0)
            return unusedBits == 0;

        var value = segment[^1] switch
        {
            >= 'A' and <= 'Z' and var c => c - 'A',
            >= 'a' and <= 'z' and var c => c - 'a' + 26,
            >= '0' and <= '9' and var c => c - '0' + 52,
            '-' => 62,
            _ => 63,
        };
        return (value & ((1 << unusedBits) - 1)) == 0;
    }

    private static bool TryReadObject(ReadOnlySpan<char> segment, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;

        // The document keeps the array, so it is not a pooled one: a token's bytes never lie in a shared buffer.
        var json = Base64Url.DecodeFromChars(segment);

        // The document checks the encoding of what is read from it and of nothing else (RFC 8725 section 3.7).
        if (!Utf8.IsValid(json))
            return false;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not strict JSON, or a name with half a surrogate pair, which cannot be compared with the others: the answer is false, the reason is the sender's.
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return true;
        document.Dispose();
        document = null;
        return false;
    }
}
