using Fabraix.Proxy.WireTests.Corpus;
using Fabraix.TestKit;
using static Fabraix.Proxy.WireTests.Http2.Http2Case;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>Header fields (RFC 9113 sections 8.2.1 and 8.2.2), lengths (8.1.1) and what HTTP/1.1 is refused for as well.</summary>
internal static class FieldCases
{
    private static readonly (string Name, string Value)[] OfAnotherVersion =
    [
        ("keep-alive", "timeout=5"), ("keep-alive", ""), ("proxy-connection", "close"), ("proxy-connection", "keep-alive"), ("transfer-encoding", "chunked"),
        ("transfer-encoding", "gzip"), ("transfer-encoding", ""), ("upgrade", "h2c"), ("upgrade", "websocket"),
    ];

    private static readonly (string Name, string Value)[] OfTheServersOwn =
        [("connection", "close"), ("connection", "keep-alive"), ("connection", "x-api-key"), ("connection", ""), ("te", "gzip"), ("te", "trailers, gzip"), ("te", "chunked"), ("te", "")];

    private static readonly string[] Once = ["authorization", "content-type", "origin", "user-agent", "x-request-id", "idempotency-key", "traceparent", "x-api-key"];

    private static readonly string[] NoLength = ["+2", "-2", "2 ", " 2", "0x2", "", "two", "2, 2", "99999999999999999999"];

    public static IEnumerable<Http2Case> All => [.. Connection, .. Names, .. FieldValues, .. Lengths, .. Callers];

    private static IEnumerable<Http2Case> Connection =>
    [
        .. OfAnotherVersion.Select(one => Header($"connection: {one.Name} [{one.Value}]", (_, head) => head.With(one.Name, one.Value))),
        .. OfTheServersOwn.Select(one => Ended($"connection: {one.Name} [{one.Value}]", (_, head) => head.With(one.Name, one.Value))),
    ];

    private static IEnumerable<Http2Case> Names =>
    [
        Ended("name: in capitals", (_, head) => head.With("X-Y", "1")),
        Ended("name: one capital", (_, head) => head.With("x-Y", "1")),
        Ended("name: content-length in capitals", (_, head) => head.With("Content-Length", "0")),
        Ended("name: with NUL", (_, head) => head.With("x\0y", "1")),
        Ended("name: with a byte over 0x7F", (_, head) => head.With("x\u00e9", "1")),
        Ended("name: empty", (_, head) => head.With("", "1")),
        .. new[] { "x_y", "content_length", "transfer_encoding", "x y", "x:y", "x(y", "x\ty", "x\ny", "x\r\ny", "x\u0001y", "x\u007fy", "x-y ", " x-y" }
            .Select(name => Header($"name: [{RawCase.Shown(name)}]", (_, head) => head.With(name, "1"))),
    ];

    private static IEnumerable<Http2Case> FieldValues =>
    [
        .. new[] { "a\0b", "a\rb", "a\nb", "a\r\nx-api-key: b" }.Select(value => Ended($"value: [{RawCase.Shown(value)}]", (_, head) => head.With("x-y", value))),
        .. new[] { "a\u0001b", "a\u0008b", "a\u000bb", "a\u001bb", "a\u007fb" }.Select(value => Header($"value: [{RawCase.Shown(value)}]", (_, head) => head.With("x-y", value))),
        .. new[] { " a", "a ", "\ta", "a\t", " " }.Select(value => Header($"value: [{RawCase.Shown(value)}]", (_, head) => head.With("x-y", value))),
        Header("value: a control byte in a listed field", (_, head) => head.With("user-agent", "a\u0001b")),
        Header("value: white space before the scheme", (c, head) => head.Instead("authorization", " Bearer " + c.Issuer.Mint())),
        .. Once.Select(name => Header($"value: {name} twice", (c, head) => Value(c, head, name) is var value ? head.Without(name).With(name, value).With(name, value) : head)),
        Header("value: origin twice, the listed one first", (c, head) => head.With("origin", c.Origin).With("origin", "https://evil.example")),
        Refused("value: 100 fields", 431, null, (_, head) => Many(head, 100, "a")),
        Ended("value: one field of 20 KiB", (_, head) => head.With("x-y", new string('a', 20 * 1024))),
        Refused("value: 20 KiB in many", 431, null, (_, head) => Many(head, 40, new string('a', 512))),
    ];

    private static IEnumerable<Http2Case> Lengths =>
    [
        Reset("length: more than the data", (_, head) => head.With("content-length", "3")),
        Reset("length: less than the data", (_, head) => head.With("content-length", "1")),
        Reset("length: 0 before data", (_, head) => head.With("content-length", "0")),
        Reset("length: without data", (_, head) => head.With("content-length", "2")) with { Body = "" },
        Reset("length: less than the data, a request hidden", (c, head) => head.With("content-length", "2")) with { Body = "{}POST /v1/event HTTP/1.1\r\nHost: x\r\n\r\n" },
        .. NoLength.Select(length => Ended($"length: [{length}]", (_, head) => head.With("content-length", length))),
        Ended("length: twice, equal", (_, head) => head.With("content-length", "2").With("content-length", "2")),
        Ended("length: twice, different", (_, head) => head.With("content-length", "2").With("content-length", "0")),
        Refused("length: one byte over the route's size", 413, "body_too_large", (_, head) => head) with { Body = new string(' ', 262145) },
        Ended("trailers: a pseudo-header", (_, head) => head) with { Trailers = new Http2Head().With(":path", "/v1/event") },
        Ended("trailers: a connection-specific field", (_, head) => head) with { Trailers = new Http2Head().With("connection", "close") },
        Ended("trailers: a name in capitals", (_, head) => head) with { Trailers = new Http2Head().With("X-T", "1") },
    ];

    private static IEnumerable<Http2Case> Callers =>
    [
        Refused("caller: no token", 401, "token_missing", (_, head) => head.Without("authorization")),
        Refused("caller: a token of nobody", 401, "token_invalid", (c, head) => head.Instead("authorization", "Bearer " + c.Issuer.Mint(draft => draft.Sign = _ => new byte[64]))),
        Refused("caller: a token in a cookie", 401, "token_missing", (c, head) => head.Without("authorization").With("cookie", "access_token=" + c.Issuer.Mint())),
        Refused("caller: without the scope", 403, "insufficient_permissions", (c, head) => head.Instead("authorization", "Bearer " + c.Issuer.Mint(draft => draft.Claim("scope", "x")))),
        Refused("caller: an unlisted origin", 403, "origin_not_allowed", (_, head) => head.With("origin", "https://evil.example")),
        Refused("caller: cross-site", 403, "cross_site_request", (_, head) => head.With("sec-fetch-site", "cross-site")),
        Refused("body: text/plain", 415, "unsupported_media_type", (_, head) => head.Instead("content-type", "text/plain")),
        Refused("body: gzip", 415, "unsupported_media_type", (_, head) => head.With("content-encoding", "gzip")),
    ];

    private static string Value(CorpusContext c, Http2Head head, string name) => name switch
    {
        "authorization" or "content-type" => head[name],
        "origin" => c.Origin,
        _ => "a",
    };

    private static Http2Head Many(Http2Head head, int count, string value)
    {
        for (var i = 0; i < count; i++) head.With($"x-{i}", value);
        return head;
    }
}
