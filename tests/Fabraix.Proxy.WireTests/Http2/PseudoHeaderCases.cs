using Fabraix.Proxy.WireTests.Corpus;
using static Fabraix.Proxy.WireTests.Http2.Http2Case;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>Pseudo-headers (RFC 9113 section 8.3): each once, in front, well-formed; and the paths and methods that HTTP/1.1 is refused for.</summary>
internal static class PseudoHeaderCases
{
    private static readonly string[] All4 = [":method", ":scheme", ":authority", ":path"];

    private static readonly string[] Unacceptable =
    [
        "/", "//v1/check", "/v1//check", "/v1/check/", "/v1/./check", "/v1/../v1/check", "/v1/check?x=1", "/v1/check?", "/v1/check#x",
        "/v1/%63heck", "/v1%2fcheck", "/v1/check%0d%0a", "/v1/check;x", "/v1/..;/check", "/v1/..\\check", "/v1/check ", "/v1/check x",
        "/v1/check HTTP/1.1", "/v1/check\t", "/v1/check\u0001", "/v1/check\u007f", "/v1/ch\u00e9ck",
    ];

    private static readonly string[] NoPath = ["", "v1/check", "*", "\\v1\\check", " /v1/check", "https://localhost/v1/check", "http://evil.example/v1/check", "/v1/check%00"];

    private static readonly string[] NoText = ["/v1/check\0", "/v1/check\r\nx: y", "/v1/check\n", "/v1/check HTTP/1.1\r\nhost: evil.example\r\n\r\n"];

    private static readonly string[] NoMethod = ["", "PO ST", "POST ", "(", "POST /v1/check HTTP/1.1", "CONNECT"];

    private static readonly string[] OtherMethods = ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "Post", "POSTX", "PRI"];

    private static readonly string[] NoHost = ["a b", "user@host", "a/b", "a,b", "host:x", "h\u00f6st", "a?b", "a:1:2", "host\u0001"];

    public static IEnumerable<Http2Case> All => [.. Presence, .. Values];

    private static IEnumerable<Http2Case> Presence =>
    [
        .. All4.Select(name => Ended($"pseudo: {name} twice, equal", (_, head) => head.Before(name, head[name]))),
        .. All4.Select(name => Ended($"pseudo: {name} behind a regular field", (_, head) => head.Last(name))),
        Ended("pseudo: :path twice, different", (_, head) => head.Before(":path", "/v1/event")),
        Ended("pseudo: :method twice, different", (_, head) => head.Before(":method", "GET")),
        Reset("pseudo: no :method", (_, head) => head.Without(":method")),
        Reset("pseudo: no :scheme", (_, head) => head.Without(":scheme")),
        Reset("pseudo: no :path", (_, head) => head.Without(":path")),
        Header("pseudo: neither :authority nor host", (_, head) => head.Without(":authority")),
        Header("pseudo: :authority empty and no host", (_, head) => head.Instead(":authority", "")),
        Header("pseudo: no :authority and host empty", (_, head) => head.Without(":authority").With("host", "")),
        Reset("pseudo: no :authority and two hosts", (c, head) => head.Without(":authority").With("host", c.Host).With("host", c.Host)),
        Ended("pseudo: :status, as in an answer", (_, head) => head.Before(":status", "200")),
        Ended("pseudo: an unknown one", (_, head) => head.Before(":version", "HTTP/1.1")),
        Ended("pseudo: an empty name", (_, head) => head.Before(":", "x")),
    ];

    private static IEnumerable<Http2Case> Values =>
    [
        .. Unacceptable.Select(path => Refused($"path: [{RawCase.Shown(path)}]", 400, "invalid_request_target", (_, head) => head.Instead(":path", path))),
        .. NoPath.Select(path => Reset($"path: [{RawCase.Shown(path)}]", (_, head) => head.Instead(":path", path))),
        .. NoText.Select(path => Ended($"path: [{RawCase.Shown(path)}]", (_, head) => head.Instead(":path", path))),
        Refused("path: in capitals", 404, "route_not_found", (_, head) => head.Instead(":path", "/V1/CHECK")),
        Refused("path: not listed", 404, "route_not_found", (_, head) => head.Instead(":path", "/v1/none")),
        Refused("path: the management's", 404, "route_not_found", (_, head) => head.Instead(":path", "/metrics")),
        Reset("path: longer than the server reads", (_, head) => head.Instead(":path", "/v1/" + new string('a', 8500))),
        .. OtherMethods.Select(method => Refused($"method: {method}", 405, "method_not_allowed", (_, head) => head.Instead(":method", method))),
        .. NoMethod.Select(method => Reset($"method: [{RawCase.Shown(method)}]", (_, head) => head.Instead(":method", method))),
        Ended("method: with NUL", (_, head) => head.Instead(":method", "POST\0")),
        Ended("method: with a line end", (_, head) => head.Instead(":method", "POST\r\n")),
        Refused("method: CONNECT alone", 400, "invalid_request_target", (_, head) => head.Instead(":method", "CONNECT").Without(":scheme").Without(":path")),
        // RFC 8441: a WebSocket over HTTP/2.
        Refused("method: CONNECT with :protocol", 405, "method_not_allowed", (_, head) => head.Instead(":method", "CONNECT").Before(":protocol", "websocket")),
        Ended("method: POST with :protocol", (_, head) => head.With(":protocol", "websocket")),
        .. new[] { "http", "ftp", "https ", "", "javascript" }.Select(scheme => Reset($"scheme: [{scheme}]", (_, head) => head.Instead(":scheme", scheme))),
        .. NoHost.Select(host => Reset($"authority: [{RawCase.Shown(host)}]", (_, head) => head.Instead(":authority", host))),
        Ended("authority: with NUL", (_, head) => head.Instead(":authority", "a\0b")),
        Ended("authority: with a line end", (_, head) => head.Instead(":authority", "a\r\nx: y")),
    ];
}
