using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>
/// Request smuggling by length (RFC 9112 section 6.3): each message says two things about its end, or nothing that can be
/// believed, and most carry a second lawful request that a wrong reading would set free.
/// </summary>
internal static class LengthCases
{
    private const string Te = "Transfer-Encoding";
    private const string Cl = "Content-Length";

    /// <summary>Codings that end in chunked, so that the server itself would read them.</summary>
    private static readonly string[] Codings =
        ["gzip, chunked", ",chunked", "chunked,", ", chunked", "chunked, chunked", "identity, chunked", "Chunked", "CHUNKED"];

    /// <summary>Codings that the server itself does not know.</summary>
    private static readonly string[] UnknownCodings =
    [
        "chunked, identity", "identity", "gzip", "chunked;q=1", "xchunked", "chunkedx", "\"chunked\"", "chunk", "cow", "chunked\u00a0", "\u00a0chunked",
        "'chunked'", "chunked\u000b", "\u000bchunked", "\u000cchunked", "chunked\u007f", "",
    ];

    private static readonly string[] Lengths =
        ["+2", "-2", "-0", "0x2", "2 2", "2, 2", "2,3", "2;", "2.0", "2e0", "two", "", "99999999999999999999", "\u00b2", "2\u000b", "\u00a02", "18446744073709551618"];

    public static IEnumerable<RawCase> All =>
    [
        .. Codings.Select(coding => Broken($"transfer-encoding: [{Shown(coding)}]", "invalid_header",
            c => c.Post().WithChunks("{}").Instead(Te, coding))),
        .. UnknownCodings.Select(coding => Bare($"transfer-encoding: [{Shown(coding)}]", 400, c => c.Post().WithChunks("{}").Instead(Te, coding))),
        .. Lengths.Select(length => Bare($"content-length: [{Shown(length)}]", 400, c => c.Post().Instead(Cl, length))),

        Broken("CL.TE: the length covers a hidden request", "invalid_header", c => Both(c, "5000", "0\r\n\r\n")),
        Broken("CL.TE: a length of 0", "invalid_header", c => Both(c, "0", "0\r\n\r\n")),
        Broken("CL.TE: both agree", "invalid_header", c => c.Post().WithChunks("{}").With(Cl, "12")),
        Broken("TE.CL: the length ends inside the first chunk", "invalid_header", c => c.Post().WithChunks(c.Smuggled()).With(Cl, "4")),
        Broken("TE.CL: the coding comes first", "invalid_header", c => c.Post().Without(Cl).With(Te, "chunked").With(Cl, "4").WithRawBody("0\r\n\r\n" + c.Smuggled())),
        Broken("TE.TE: twice chunked", "invalid_header", c => c.Post().WithChunks("{}").With(Te, "chunked")),
        Bare("TE.TE: chunked, then identity", 400, c => c.Post().WithChunks("{}").With(Te, "identity")),
        Broken("TE.TE: nonsense, then chunked", "invalid_header", c => c.Post().Without(Cl).With(Te, "cow").With(Te, "chunked").WithRawBody("0\r\n\r\n" + c.Smuggled())),
        Broken("TE on HTTP/1.0", "invalid_header", c => Old(c.Post().WithChunks("{}"))),
        Broken("TE on HTTP/1.0 beside a length", "invalid_header", c => Old(c.Post().WithChunks("{}").With(Cl, "12"))),
        Broken("TE under a name with an underscore", "invalid_header", c => c.Post().With("Transfer_Encoding", "chunked")),
        Broken("CL under a name with an underscore", "invalid_header", c => c.Post().With("Content_Length", "50")),
        Bare("TE with a space before the colon", 400, c => c.Post().Line("Transfer-Encoding : chunked")),
        Bare("TE with a TAB before the colon", 400, c => c.Post().Line("Transfer-Encoding\t: chunked")),
        Bare("TE on a folded line", 400, c => c.Post().Line("Transfer-Encoding:\r\n chunked")),
        Bare("TE behind a bare LF", 400, c => c.Post().Line("X-Nothing: x\nTransfer-Encoding: chunked")),
        Bare("TE behind a bare CR", 400, c => c.Post().Line("X-Nothing: x\rTransfer-Encoding: chunked")),
        Bare("TE with NUL", 400, c => c.Post().Without(Cl).With(Te, "chunked\0")),
        Bare("CL with a space before the colon", 400, c => c.Post().Line("Content-Length : 50")),
        Bare("CL on a folded line", 400, c => c.Post().Without(Cl).Line("Content-Length:\r\n 2")),
        Bare("CL twice, equal", 400, c => c.Post().With(Cl, "2")),
        Bare("CL twice, different", 400, c => c.Post().With(Cl, "0")),
        Bare("CL twice, the first 0, a request hidden", 400, c => c.Post().Instead(Cl, "0").With(Cl, "5000").WithRawBody(c.Smuggled())),
    ];

    private static TestKit.RequestText Both(CorpusContext c, string length, string chunks) =>
        c.Post().Instead(Cl, length).With(Te, "chunked").WithRawBody(chunks + c.Smuggled());

    private static TestKit.RequestText Old(TestKit.RequestText request)
    {
        request.Version = "HTTP/1.0";
        return request;
    }
}
