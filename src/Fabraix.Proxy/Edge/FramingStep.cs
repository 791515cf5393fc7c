using System.Collections.Frozen;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Decides whether the message is framed so that every reader of it sees the same one request (RFC 9112), and whether its
/// header section is well-formed (RFC 9110 section 5). It is first but for the tripwire, since nothing in a message of doubtful
/// framing can be believed. It refuses with 400 and closes the connection: what follows on it may be part of the same trick.
/// </summary>
internal sealed class FramingStep : IStep
{
    private static readonly FrozenSet<string> Singletons = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Access-Control-Request-Method", "Authorization", "Content-Encoding", "Content-Length", "Content-Type", "Date", "DPoP", "Expect",
        "From", "Host", "Idempotency-Key", "Max-Forwards", "Origin", "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site",
        "Sec-Fetch-User", "traceparent", "Transfer-Encoding", "User-Agent", "x-api-key", "x-request-id");

    private static readonly string[] ConnectionSpecific = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"];

    private static readonly Refusal NoAuthority = Framing("framing: neither :authority nor Host in HTTP/2");
    private static readonly Refusal Padded = Framing("framing: white space around a header value in HTTP/2");
    private static readonly Refusal OfAnotherVersion = Framing("framing: connection-specific header in HTTP/2");
    private static readonly Refusal Name = Framing("framing: header name is not a token");
    private static readonly Refusal Value = Framing("framing: control character in a header value");
    private static readonly Refusal Repeated = Framing("framing: header repeated that may come once");
    private static readonly Refusal Coding = Framing("framing: Transfer-Encoding is not exactly chunked");
    private static readonly Refusal BothLengths = Framing("framing: Transfer-Encoding beside Content-Length");
    private static readonly Refusal OldVersion = Framing("framing: Transfer-Encoding before HTTP/1.1");

    string IStep.Name => "framing";

    public ValueTask<Verdict> JudgeAsync(HttpContext context) =>
        Judge(context.Request) is { } refusal ? Verdict.Refuse(refusal) : Verdict.Pass;

    internal static Refusal? Judge(HttpRequest request)
    {
        foreach (var (name, values) in request.Headers)
        {
            // HTTP/2 pseudo-headers never reach this collection.
            if (!FieldSyntax.IsName(name))
                return Name;
            if (values.Count > 1 && Singletons.Contains(name))
                return Repeated;
            if (!FieldSyntax.AreValues(values))
                return Value;
        }

        return HttpProtocol.IsHttp2(request.Protocol) ? JudgeHttp2(request.Headers) : JudgeTransferEncoding(request);
    }

    // RFC 9113 section 8.1.1: a message is malformed without an authority (8.3.1), with white space around a value, which HTTP/1
    // does not count as part of it (8.2.1), or with a header that is about a connection of HTTP/1 (8.2.2).
    private static Refusal? JudgeHttp2(IHeaderDictionary headers)
    {
        if (string.IsNullOrEmpty(headers.Host))
            return NoAuthority;
        foreach (var name in ConnectionSpecific)
        {
            if (headers.ContainsKey(name))
                return OfAnotherVersion;
        }

        foreach (var (_, values) in headers)
        {
            if (!FieldSyntax.AreTrimmed(values))
                return Padded;
        }

        return null;
    }

    private static Refusal? JudgeTransferEncoding(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        if (coding.Count == 0)
            return null;
        if (HttpProtocol.IsHttp10(request.Protocol))
            return OldVersion;
        if (!string.Equals(coding.ToString(), "chunked", StringComparison.Ordinal))
            return Coding;

        // RFC 9112 section 6.3: beside a Transfer-Encoding Kestrel moves the Content-Length into X-Content-Length and goes on.
        return request.Headers.ContainsKey("X-Content-Length") || request.ContentLength is not null ? BothLengths : null;
    }

    private static Refusal Framing(string rule) => new(ProxyError.InvalidHeader, rule) { CloseConnection = true };
}
