using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Fabraix.Proxy.Keys;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Keys;

/// <summary>The spellings are those of encoders that are not ours, each and no other.</summary>
public sealed partial class KeySpellingsTests
{
    private const string EveryClass = """fx_test_Az09-._~!*'()+/=<>&"\%?#{}|^`@,;:$[]""";

    [Fact]
    public void Are_those_of_other_encoders_and_no_more() => AssertExact(EveryClass);

    [Property(MaxTest = 200)]
    public void Are_those_of_other_encoders_whatever_the_key(int seed) => AssertExact(RandomKeys.Value(new Random(seed)));

    [Fact]
    public void Are_few_where_a_key_has_letters_and_digits_only()
    {
        // As it is, base64 at three places in two alphabets that may agree, hex and percent and \u in two cases each.
        Assert.InRange(KeySpellings.Of("fxtestAbCdEfGhIjKlMnOpQrStUvWxYz0123456789").Count(), 1 + 3 + 2 + 2 + 2, 1 + 6 + 2 + 2 + 2);
    }

    /// <summary>RFC 4648 section 4: whatever stands before the key and behind it.</summary>
    [Property(MaxTest = 200)]
    public void Hold_base64_of_any_text_around_the_key(int seed)
    {
        var random = new Random(seed);
        var value = RandomKeys.Value(random);
        var (before, behind) = (new byte[random.Next(8)], new byte[random.Next(8)]);
        random.NextBytes(before);
        random.NextBytes(behind);
        var text = Convert.ToBase64String([.. before, .. Encoding.ASCII.GetBytes(value), .. behind]);

        var spellings = KeySpellings.Of(value).ToList();
        Assert.True(spellings.Exists(text.Contains), "base64 is not among the spellings");
        Assert.True(spellings.Exists(text.Replace('+', '-').Replace('/', '_').Contains), "base64url is not among the spellings");
    }

    private static void AssertExact(string value)
    {
        var spellings = KeySpellings.Of(value).ToList();
        var others = Others(value).ToList();

        Assert.Equal([], others.Where(other => !spellings.Contains(other.Text)).Select(other => "missing: " + other.Name));
        Assert.True(spellings.TrueForAll(spelling => others.Exists(other => other.Text == spelling)), "There is a spelling that no encoder gives");
        Assert.Equal(spellings.Count, spellings.Distinct().Count());
    }

    private static IEnumerable<(string Name, string Text)> Others(string value)
    {
        yield return ("as it is", value);
        for (var before = 0; before < 3; before++)
        {
            yield return ($"base64, {before} bytes before", Base64(value, before));
            yield return ($"base64url, {before} bytes before", Base64(value, before).Replace('+', '-').Replace('/', '_'));
        }

        yield return ("hex", string.Concat(value.Select(c => ((int)c).ToString("x2"))));
        yield return ("HEX", string.Concat(value.Select(c => ((int)c).ToString("X2"))));
        var data = Uri.EscapeDataString(value);
        foreach (var (name, text) in new[]
        {
            ("Uri.EscapeDataString", data),
            ("encodeURIComponent", Signs("!'()*").Aggregate(data, static (text, sign) => text.Replace(sign.Escaped, sign.Plain))),
            ("URLSearchParams", data.Replace("%2A", "*").Replace("~", "%7E")),
            ("percent, all", string.Concat(value.Select(c => $"%{(int)c:X2}"))),
        })
        {
            yield return (name, text);
            yield return (name + ", lower case", Escapes().Replace(text, match => match.Value.ToLowerInvariant()));
        }

        var json = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value);
        yield return ("JSON", json);
        yield return ("JSON, slash", json.Replace("/", "\\/"));
        yield return ("JSON, by Go", json.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026"));
        yield return ("JSON, by .NET", System.Text.Json.JsonEncodedText.Encode(value).ToString());
        yield return ("JSON, all", string.Concat(value.Select(c => $"\\u{(int)c:x4}")));
        yield return ("JSON, all, upper case", string.Concat(value.Select(c => $"\\u{(int)c:X4}")));
    }

    /// <summary>What is the same whatever bits the neighbours have.</summary>
    private static string Base64(string value, int before)
    {
        var texts = (from first in new byte[] { 0x00, 0xFF } from last in new byte[] { 0x00, 0xFF } select Around(first, last)).ToList();
        return new string([.. texts[0].Where((c, at) => texts.TrueForAll(text => text[at] == c))]);

        string Around(byte first, byte last) =>
            Convert.ToBase64String([.. Enumerable.Repeat(first, before), .. Encoding.ASCII.GetBytes(value), .. Enumerable.Repeat(last, 3 - ((before + value.Length) % 3))]);
    }

    private static IEnumerable<(string Escaped, string Plain)> Signs(string signs) => signs.Select(c => ($"%{(int)c:X2}", c.ToString()));

    [GeneratedRegex("%[0-9A-F]{2}")]
    private static partial Regex Escapes();
}
