using System.Text;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Section 3.7, use UTF-8: header and payload in nothing else, in names and in values that nobody reads, too.</summary>
public sealed class Utf8Tests : TokenCases
{
    private static readonly string Claims = Jose.Claims().ToJsonString();

    public static TheoryData<string, byte[]> Others => new()
    {
        { "UTF-16, little end first", Encoding.Unicode.GetBytes(Claims) },
        { "UTF-16, big end first", Encoding.BigEndianUnicode.GetBytes(Claims) },
        { "UTF-32", Encoding.UTF32.GetBytes(Claims) },
        { "UTF-8 with a byte order mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Claims)] },
        { "a lone continuation in a value", With("\"x\":\"\u0080\"") },
        { "a lone start in a value", With("\"x\":\"\u00c3\"") },
        { "Latin-1 in a value", With("\"x\":\"caf\u00e9\"") },
        { "Latin-1 in a name", With("\"\u00d3ti\":\"1\"") },
        { "Latin-1 in a name within a claim", With("\"x\":{\"\u00d3ti\":\"1\"}") },
        { "a quotation mark, overlong", With("\"x\":\"\u00c0\u00a2\"") },
        { "half a surrogate pair", With("\"x\":\"\u00ed\u00a0\u0080\"") },
        { "beyond U+10FFFF", With("\"x\":\"\u00f4\u0090\u0080\u0080\"") },
        { "never a byte", With("\"x\":\"\u00ff\"") },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_a_payload_in(string encoding, byte[] payload)
    {
        Assert.NotEmpty(encoding);
        await RefusedAsync(Shape, Signed(Encoding.UTF8.GetBytes(Jose.Header().ToJsonString()), payload));
    }

    [Fact]
    public async Task Refuses_a_header_in_another_encoding()
    {
        var header = Jose.Header().ToJsonString();
        foreach (var bytes in new[] { Encoding.Unicode.GetBytes(header), Encoding.Latin1.GetBytes(header[..^1] + ",\"x\":\"\u00e9\"}"), Encoding.Latin1.GetBytes(header[..^1] + ",\"\u00e9\":1}") })
            await RefusedAsync(Shape, Signed(bytes, Encoding.UTF8.GetBytes(Claims)));
    }

    [Fact]
    public async Task Takes_any_letter_in_UTF_8() => await AcceptedAsync(Signed(Encoding.UTF8.GetBytes(Jose.Header().ToJsonString()), Encoding.UTF8.GetBytes(Claims[..^1] + ",\"\u00d3\ud83d\ude00\":\"\u00e9\u4e2d\"}")));

    // Each letter of the text is one byte.
    private static byte[] With(string member) => Encoding.Latin1.GetBytes($"{Claims[..^1]},{member}}}");

    private static string Signed(byte[] header, byte[] payload)
    {
        var input = $"{Jose.Encode(header)}.{Jose.Encode(payload)}";
        return $"{input}.{Jose.Encode(Jose.P256.SignData(Encoding.ASCII.GetBytes(input), System.Security.Cryptography.HashAlgorithmName.SHA256))}";
    }
}
