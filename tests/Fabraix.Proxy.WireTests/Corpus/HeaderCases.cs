using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Header lines that are malformed (RFC 9112 section 5), repeated though they may come once, or too many.</summary>
internal static class HeaderCases
{
    private static readonly string[] Once =
        ["Content-Type", "Origin", "User-Agent", "x-request-id", "Idempotency-Key", "traceparent", "x-api-key", "Expect"];

    private static readonly char[] NoName = ['(', ')', '[', ']', '{', '}', '<', '>', '"', '/', '\\', ',', ';', '=', '?', '@'];

    private static readonly char[] NoValue = ['\u0001', '\u0008', '\u000b', '\u000c', '\u001b', '\u001f', '\u007f'];

    public static IEnumerable<RawCase> All =>
    [
        .. Once.Select(name => Broken($"header: {name} twice", "invalid_header", c => c.Post().Without(name).With(name, Value(c, name)).With(name, Value(c, name)))),
        .. NoName.Select(letter => Broken($"header: a name with {letter}", "invalid_header", c => c.Post().With($"X{letter}Y", "1"))),
        .. NoValue.Select(control => Broken($"header: a value with 0x{(int)control:x2}", "invalid_header", c => c.Post().With("X-Y", $"a{control}b"))),
        Broken("header: a name with an underscore", "invalid_header", c => c.Post().With("X_Y", "1")),
        Broken("header: Authorization twice, equal", "invalid_header", c => c.Post().With("Authorization", "Bearer x")),
        Broken("header: Authorization twice, one empty", "invalid_header", c => c.Post().With("Authorization", "")),
        Broken("header: Authorization twice, in two spellings", "invalid_header", c => c.Post().With("AUTHORIZATION", "Bearer x")),
        Broken("header: a control byte in User-Agent", "invalid_header", c => c.Post().With("User-Agent", "a\u0001b")),
        Bare("header: a value with NUL", 400, c => c.Post().With("X-Y", "a\0b")),
        Bare("header: a value with CR", 400, c => c.Post().With("X-Y", "a\rb")),
        Bare("header: a value with LF", 400, c => c.Post().With("X-Y", "a\nb")),
        Bare("header: a name with NUL", 400, c => c.Post().With("X\0Y", "1")),
        Bare("header: a name with a byte over 0x7F", 400, c => c.Post().With("X\u00e9Y", "1")),
        Bare("header: a name with a space", 400, c => c.Post().With("X Y", "1")),
        Bare("header: a space before the colon", 400, c => c.Post().With("X-Y ", "1")),
        Bare("header: no name", 400, c => c.Post().Line(": 1")),
        Bare("header: no colon", 400, c => c.Post().Line("X-Y")),
        Bare("header: a folded value", 400, c => c.Post().Line("X-Y: 1\r\n 2")),
        Bare("header: a value folded with TAB", 400, c => c.Post().Line("X-Y: 1\r\n\t2")),
        Bare("header: a space before the first line", 400, c => c.Under("POST").ToString().Replace("Host:", " Host:", StringComparison.Ordinal)),
        Bare("header: lines that end in LF", 400, c => c.Post().ToString().Replace("\r\n", "\n", StringComparison.Ordinal)),
        Bare("header: a request line that ends in LF", 400, c => c.Post().ToString().Replace("HTTP/1.1\r\n", "HTTP/1.1\n", StringComparison.Ordinal)),
        Bare("header: a head that ends in LF", 400, c => c.Post().ToString().Replace("\r\n\r\n", "\r\n\n", StringComparison.Ordinal)),
        Bare("header: one line of 20 KiB", 431, c => c.Post().With("X-Y", new string('a', 20 * 1024))),
        Bare("header: 20 KiB in many lines", 431, c => Many(c.Post(), 20, new string('a', 1024))),
        Bare("header: 100 lines", 431, c => Many(c.Post(), 100, "a")),
    ];

    private static string Value(CorpusContext c, string name) => name switch
    {
        "Content-Type" => "application/json",
        "Origin" => c.Origin,
        "Expect" => "100-continue",
        _ => "a",
    };

    private static TestKit.RequestText Many(TestKit.RequestText request, int count, string value)
    {
        for (var i = 0; i < count; i++) request.With($"X-{i}", value);
        return request;
    }
}
