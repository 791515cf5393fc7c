using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Bodies whose chunks (RFC 9112 section 7.1) are malformed: the head was lawful, so only reading the body shows it.</summary>
internal static class ChunkCases
{
    private static readonly (string Trick, string Body)[] Bodies =
    [
        ("a size that overflows 64 bits", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
        ("a size that overflows 32 bits", "100000002\r\n{}\r\n0\r\n\r\n"),
        ("a negative size", "-2\r\n{}\r\n0\r\n\r\n"),
        ("a size with a plus", "+2\r\n{}\r\n0\r\n\r\n"),
        ("a size with 0x", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a size of no hexadecimal digits", "G\r\n{}\r\n0\r\n\r\n"),
        ("a size with a space before", " 2\r\n{}\r\n0\r\n\r\n"),
        ("no size", "\r\n{}\r\n0\r\n\r\n"),
        ("only an extension", ";x\r\n{}\r\n0\r\n\r\n"),
        ("an underscore in the size", "0_2\r\n{}\r\n0\r\n\r\n"),
        ("a size line that ends in LF", "2\n{}\r\n0\r\n\r\n"),
        ("a size line that ends in CR", "2\r{}\r\n0\r\n\r\n"),
        ("data that ends in LF", "2\r\n{}\n0\r\n\r\n"),
        ("data longer than its size", "2\r\n{}}\r\n0\r\n\r\n"),
        ("data without an end", "2\r\n{}0\r\n\r\n"),
        // CVE-2025-55315: a reader that takes the LF inside an extension for the line's end sees another request.
        ("an LF inside an extension", "2;\n{}\r\n0\r\n\r\n"),
        ("an LF inside an extension, later", "2;a=b\nxx\r\n{}\r\n0\r\n\r\n"),
        ("a CR inside an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n"),
        ("an LF after the last size", "2\r\n{}\r\n0\n\r\n"),
        ("a trailer that ends in LF", "2\r\n{}\r\n0\r\nX-T: 1\n\r\n"),
        ("a trailer without a colon", "2\r\n{}\r\n0\r\nX-T\r\n\r\n"),
        ("a trailer with a space before the colon", "2\r\n{}\r\n0\r\nX-T : 1\r\n\r\n"),
        ("a folded trailer", "2\r\n{}\r\n0\r\nX-T: 1\r\n 2\r\n\r\n"),
        ("a trailer with NUL", "2\r\n{}\r\n0\r\nX-T: \0\r\n\r\n"),
    ];

    public static IEnumerable<RawCase> All =>
    [
        .. Bodies.Select(body => Broken($"chunks: {body.Trick}", "invalid_body", c => Chunked(c, body.Body + c.Smuggled()))),
        Left("chunks: the client leaves in the middle", c => Chunked(c, "5\r\n{}")),
        Left("chunks: the client leaves before the last", c => Chunked(c, "2\r\n{}\r\n")),
        Left("length: the client leaves in the middle", c => c.Post().Instead("Content-Length", "10")),
    ];

    private static TestKit.RequestText Chunked(CorpusContext c, string body) =>
        c.Post().Without("Content-Length").With("Transfer-Encoding", "chunked").WithRawBody(body);
}
