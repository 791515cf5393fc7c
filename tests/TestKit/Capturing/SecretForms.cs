using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Fabraix.TestKit;

/// <summary>The spellings under which a secret would still be one.</summary>
internal static partial class SecretForms
{
    public static IEnumerable<(string Form, byte[] Bytes)> Of(byte[] value)
    {
        yield return ("plain", value);
        yield return ("hex", Ascii(Convert.ToHexStringLower(value)));
        yield return ("HEX", Ascii(Convert.ToHexString(value)));
        yield return ("hex with dashes", Ascii(BitConverter.ToString(value)));
        yield return ("percent", Ascii(string.Concat(value.Select(b => $"%{b:X2}"))));
        yield return ("percent, lower case", Ascii(string.Concat(value.Select(b => $"%{b:x2}"))));
        yield return ("UTF-16", [.. value.SelectMany(b => new byte[] { b, 0 })]);
        foreach (var text in Base64(value))
        {
            yield return ("base64", Ascii(text));
            yield return ("base64url", Ascii(text.Replace('+', '-').Replace('/', '_')));
        }
    }

    /// <summary>Those of a text: what escapes only what it must has nothing to escape in most keys.</summary>
    public static IEnumerable<(string Form, byte[] Bytes)> OfText(string value)
    {
        var data = Uri.EscapeDataString(value);
        yield return ("percent, minimal", Ascii(data));
        yield return ("percent, minimal, lower case", Ascii(Escape().Replace(data, match => match.Value.ToLowerInvariant())));
        yield return ("JSON", Ascii(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)));
        yield return ("JSON, by .NET", Ascii(JavaScriptEncoder.Default.Encode(value)));
        yield return ("JSON, all", Ascii(string.Concat(value.Select(c => $"\\u{(int)c:x4}"))));
        yield return ("JSON, all, upper case", Ascii(string.Concat(value.Select(c => $"\\u{(int)c:X4}"))));
    }

    /// <summary>Base64 of a longer text in which the value begins at any of the three alignments: only the characters that the value alone decides.</summary>
    private static IEnumerable<string> Base64(byte[] value)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. value]);
            var from = ((before * 8) + 5) / 6;
            var to = (before + value.Length) * 8 / 6;
            yield return text[from..to];
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    [GeneratedRegex("%[0-9A-F]{2}")]
    private static partial Regex Escape();
}
