using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Origins and preflights (Fetch standard): only the listed origin by its exact bytes, only listed routes.</summary>
internal static class OriginCases
{
    private static readonly string[] Unlisted =
    [
        "https://evil.example", "null", "http://app.example", "https://app.example:443", "https://app.example:444", "https://app.example/",
        "https://APP.example", "HTTPS://app.example", "https://app.example.", "https://app.example.evil.example", "https://evilapp.example",
        "https://evil.app.example", "https://user@app.example", "https://app.example@evil.example", "https://app.example, https://evil.example",
        "https://app.example https://evil.example", "app.example", "//app.example", "https://app.example%00.evil.example", "https://app.example#",
        "https://app.example\u00a0", "file://", "*", "https://*.example", "chrome-extension://abcdefghijklmnop", "",
    ];

    private static readonly string[] OtherMethods = ["GET", "PUT", "DELETE", "post", "Post", "POST, GET", "*", "TRACE", ""];

    public static IEnumerable<RawCase> All =>
    [
        .. Unlisted.Select(origin => Refused($"origin: [{Shown(origin)}]", 403, "origin_not_allowed", c => c.Post().With("Origin", origin))),
        .. Unlisted.Select(origin => Refused($"preflight: origin [{Shown(origin)}]", 403, "origin_not_allowed", c => c.Preflight().Instead("Origin", origin))),
        .. OtherMethods.Select(method => Refused($"preflight: for method [{method}]", 403, "origin_not_allowed", c => c.Preflight().Instead("Access-Control-Request-Method", method))),
        Refused("preflight: for a path that is not listed", 403, "origin_not_allowed", c => c.Preflight("/v1/none")),
        Refused("preflight: for a path in another case", 403, "origin_not_allowed", c => c.Preflight("/v1/CHECK")),
        Refused("preflight: for the management's path", 403, "origin_not_allowed", c => c.Preflight("/metrics")),
        Refused("preflight: with a token and a body, unlisted origin", 403, "origin_not_allowed",
            c => c.Preflight().Instead("Origin", "https://evil.example").With("Authorization", "Bearer " + c.Issuer.Mint()).With("Content-Type", "application/json").WithBody("{}")),
        Refused("preflight: for a path with a slash at the end", 400, "invalid_request_target", c => c.Preflight("/v1/check/")),
        Refused("preflight: asterisk-form", 400, "invalid_request_target", c => c.Preflight("*")),
        Refused("options: without Access-Control-Request-Method", 405, "method_not_allowed", c => c.Preflight().Without("Access-Control-Request-Method")),
        Refused("options: without Origin", 405, "method_not_allowed", c => c.Preflight().Without("Origin")),
        Refused("fetch metadata: cross-site without Origin", 403, "cross_site_request", c => c.Post().With("Sec-Fetch-Site", "cross-site")),
        Refused("fetch metadata: cross-site navigation", 403, "cross_site_request", c => c.Post().With("Sec-Fetch-Site", "cross-site").With("Sec-Fetch-Mode", "navigate")),
        Refused("fetch metadata: cross-site with an unlisted Origin", 403, "origin_not_allowed",
            c => c.Post().With("Sec-Fetch-Site", "cross-site").With("Origin", "https://evil.example")),
        Refused("fetch metadata: same-origin does not excuse an unlisted Origin", 403, "origin_not_allowed",
            c => c.Post().With("Sec-Fetch-Site", "same-origin").With("Origin", "https://evil.example")),
        Broken("origin: twice, the listed one first", "invalid_header", c => c.Post().With("Origin", c.Origin).With("Origin", "https://evil.example")),
        Broken("origin: twice, the listed one last", "invalid_header", c => c.Post().With("Origin", "https://evil.example").With("Origin", c.Origin)),
        Broken("preflight: origin twice", "invalid_header", c => c.Preflight().With("Origin", c.Origin)),
        Broken("preflight: method twice", "invalid_header", c => c.Preflight().With("Access-Control-Request-Method", "POST")),
    ];
}
