using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Fabraix.Proxy.Keys;

/// <summary>The ways in which programs spell a key when they repeat it: as it is, and through the encodings that text commonly passes.</summary>
internal static class KeySpellings
{
    // What is left as it is besides letters and digits: RFC 3986 section 2.3; encodeURIComponent of ECMAScript; forms, by the URL Standard.
    private static readonly string[] Unescaped = ["-._~", "-._~!*'()", "-._*"];

    /// <summary>Each spelling once.</summary>
    public static IEnumerable<string> Of(string value) => All(value).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> All(string value)
    {
        yield return value;

        // RFC 4648 sections 4 and 5. Where the key begins within a group of three bytes decides its characters, so there are
        // three spellings; the characters at either end that depend on neighbours are left off.
        for (var before = 0; before < 3; before++)
        {
            var base64 = Base64(value, before);
            yield return base64;
            yield return base64.Replace('+', '-').Replace('/', '_');
        }

        yield return Convert.ToHexStringLower(Encoding.ASCII.GetBytes(value));
        yield return Convert.ToHexString(Encoding.ASCII.GetBytes(value));

        // RFC 3986 section 2.1, either case: what must be escaped, in the views of those who do it, and everything.
        foreach (var format in (string[])["%{0:X2}", "%{0:x2}"])
        {
            foreach (var unescaped in Unescaped)
                yield return Escape(value, format, c => !char.IsAsciiLetterOrDigit(c) && !unescaped.Contains(c, StringComparison.Ordinal));
            yield return Escape(value, format, static _ => true);
        }

        // RFC 8259 section 7: what must be escaped, with the slash as some do, with HTML's signs as Go does, as .NET does by default, and everything.
        var minimal = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        yield return minimal;
        yield return minimal.Replace("/", "\\/", StringComparison.Ordinal);
        yield return Escape(minimal, "\\u{0:x4}", static c => c is '<' or '>' or '&');
        yield return JavaScriptEncoder.Default.Encode(value);
        yield return Escape(value, "\\u{0:x4}", static _ => true);
        yield return Escape(value, "\\u{0:X4}", static _ => true);
    }

    private static string Base64(string value, int before)
    {
        var whole = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('\0', before) + value));
        var first = ((before * 8) + 5) / 6;
        var end = (before + value.Length) * 8 / 6;
        return end > first ? whole[first..end] : "";
    }

    private static string Escape(string value, string format, Func<char, bool> escaped)
    {
        var text = new StringBuilder(value.Length * 6);
        foreach (var c in value)
        {
            if (escaped(c))
                text.AppendFormat(CultureInfo.InvariantCulture, format, (int)c);
            else
                text.Append(c);
        }

        return text.ToString();
    }
}
