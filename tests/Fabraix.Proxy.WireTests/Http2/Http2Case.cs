using Fabraix.TestKit;
using Fabraix.Proxy.WireTests.Corpus;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>One hostile HTTP/2 request and what must come of it (RFC 9113 section 8.1.1: a malformed one is never processed).</summary>
/// <param name="Write">Spoils a lawful head, or writes another.</param>
internal sealed record Http2Case(string Name, Func<CorpusContext, Http2Head, Http2Head> Write)
{
    public string Body { get; init; } = "{}";

    /// <summary>Sent behind the body, to end the stream.</summary>
    public Http2Head? Trailers { get; init; }

    /// <summary>The proxy's own answer; null where the server ends the stream or the connection without one.</summary>
    public int? Status { get; init; }

    public string? Code { get; init; }

    /// <summary>The server has left the connection, not only this stream.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>Refused by a step of the proxy; other streams of the connection go on.</summary>
    public static Http2Case Refused(string name, int status, string? code, Func<CorpusContext, Http2Head, Http2Head> write) =>
        new(name, write) { Status = status, Code = code };

    /// <summary>As <see cref="Refused"/>, with the code of doubtful header sections.</summary>
    public static Http2Case Header(string name, Func<CorpusContext, Http2Head, Http2Head> write) => Refused(name, 400, "invalid_header", write);

    /// <summary>Ended by the server before a request exists: RST_STREAM.</summary>
    public static Http2Case Reset(string name, Func<CorpusContext, Http2Head, Http2Head> write) => new(name, write);

    /// <summary>Ended by the server with the whole connection: GOAWAY.</summary>
    public static Http2Case Ended(string name, Func<CorpusContext, Http2Head, Http2Head> write) => new(name, write) { EndsConnection = true };
}
