using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Methods and versions: only the exact POST, only HTTP/1.1 and 1.0's framing.</summary>
internal static class MethodCases
{
    private static readonly string[] Others =
        ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "Post", "POSt", "PROPFIND", "QUERY", "POSTX", "POS", "X", "M-SEARCH"];

    private static readonly string[] Overrides =
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method"];

    public static IEnumerable<RawCase> All =>
    [
        .. Others.Select(method => Refused($"method: {method}", 405, "method_not_allowed", c => c.Under(method))),
        .. Overrides.Select(name => Refused($"method: GET with {name}: POST", 405, "method_not_allowed", c => c.Under("GET").With(name, "POST"))),
        Refused("path: not listed, with X-Original-URL", 404, "route_not_found", c => c.Post("/v1/none").With("X-Original-URL", "/v1/check")),
        Refused("path: not listed, with X-Rewrite-URL", 404, "route_not_found", c => c.Post("/v1/none").With("X-Rewrite-URL", "/v1/check")),
        Refused("path: not listed, with X-Forwarded-Prefix", 404, "route_not_found", c => c.Post("/check").With("X-Forwarded-Prefix", "/v1")),
        Refused("method: CONNECT with a path", 405, "method_not_allowed", c => c.Under("CONNECT")),
        Bare("method: with NUL", 400, c => c.Under("PO\0T")),
        Bare("method: with brackets", 400, c => c.Under("POST(x)")),
        Bare("method: with a byte over 0x7F", 400, c => c.Under("POST\u00e9")),
        Bare("method: space before", 400, c => c.Under(" POST")),
        Bare("method: TAB after", 400, c => c.Post().ToString().Replace("POST /", "POST\t/", StringComparison.Ordinal)),
        Bare("method: none", 400, c => c.Under("")),
        Bare("version: 0.9, without a version", 400, _ => "POST /v1/check\r\n\r\n"),
        Bare("version: 1.2", 505, c => c.Post().ToString().Replace("HTTP/1.1", "HTTP/1.2", StringComparison.Ordinal)),
        Bare("version: 2.0", 505, c => c.Post().ToString().Replace("HTTP/1.1", "HTTP/2.0", StringComparison.Ordinal)),
        Bare("version: lower case", 505, c => c.Post().ToString().Replace("HTTP/1.1", "http/1.1", StringComparison.Ordinal)),
        Bare("version: with something after", 400, c => c.Post().ToString().Replace("HTTP/1.1", "HTTP/1.1 x", StringComparison.Ordinal)),
    ];
}
