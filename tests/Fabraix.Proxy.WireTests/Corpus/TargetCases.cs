using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Request targets: every spelling of a listed path but the listed one, and paths that are not listed.</summary>
internal static class TargetCases
{
    // RFC 3986 section 2.3 leaves unreserved characters; whatever else stands in a path, two readers may read differently.
    private static readonly string[] Unacceptable =
    [
        "/", "//", "/v1/check/", "//v1/check", "/v1//check", "/v1/check//", "/./v1/check", "/v1/./check", "/v1/check/.",
        "/v1/../v1/check", "/x/../v1/check", "/v1/event/../check", "/../v1/check", "/v1/check/..",
        "/v1/%63heck", "/v1%2fcheck", "/v1%2Fcheck", "/%76%31/check", "/v1/check%20", "/v1/check%0d%0aX:%20y",
        "/%2e%2e/v1/check", "/v1/%2e/check", "/v1/%2E%2E/v1/check", "/v1/check%2f", "/v1/check%3fx=1", "/v1/check%23", "/v1/check%",
        "/v1/check%zz", "/v1/%c0%ae%c0%ae/check", "/v1%c0%afcheck", "/v1/check%u0000", "/v1/%2563heck",
        "/v1\\check", "/v1/..\\v1/check", "/v1/check\\", "/v1/check;x=1", "/v1/check;", "/v1;/check", "/v1/..;/v1/check",
        "/v1/check?", "/v1/check?x=1", "/v1/check?x=%00", "/v1/check??", "/?/v1/check", "/v1/check?access_token=x", "/v1/check?_method=POST",
        "/v1/check#", "/v1/check#x", "/v1/check#?x",
        "/v1/check:", "/v1/check@x", "/v1/check&x", "/v1/check=", "/v1/check+", "/v1/check,", "/v1/check$", "/v1/check!", "/v1/check*",
        "/v1/(check)", "/v1/'check'", "/v1/[check]", "/v1/{check}", "/v1/<check>", "/v1/check|", "/v1/check^", "/v1/check`", "/v1/\"check\"",
        "/v1/check\u0001", "/v1/check\u007f", "/v1/check\t", "/v1/check\u000b",
    ];

    /// <summary>What the server refuses while it reads the request line.</summary>
    private static readonly string[] Unreadable =
    [
        "/v1/ch\u00e9ck", "/v1/check\u00ff", "/v1/\u00c0\u00ae\u00c0\u00ae/check", "/v1/check%00", "/v1/check\0", "v1/check", "%2Fv1%2Fcheck", "\\v1\\check", "",
        "/v1/check x", " /v1/check",
    ];

    private static readonly string[] Unlisted =
    [
        "/v1", "/v1/checks", "/v1/chec", "/v1/check/extra", "/v1/check.json", "/v1/.check", "/v1/...", "/V1/check", "/v1/Check", "/v1/CHECK",
        "/v1/check-", "/v1/check~", "/v2/check", "/check", "/v1/events", "/v1/register-agent-run/x", "/v1/v1/check", "/v1/keys",
        "/healthz/live", "/healthz/ready", "/metrics", "/favicon.ico", "/robots.txt", "/.well-known/openid-configuration", "/swagger", "/v1/admin",
    ];

    public static IEnumerable<RawCase> All =>
    [
        .. Unacceptable.Select(target => Refused($"target: {Shown(target)}", 400, "invalid_request_target", c => c.Post(target))),
        .. Unreadable.Select(target => Bare($"target: [{Shown(target)}]", 400, c => c.Post(target))),
        .. Unlisted.Select(target => Refused($"target, not listed: {target}", 404, "route_not_found", c => c.Post(target))),
        Refused("target: not listed, 4,000 bytes", 404, "route_not_found", c => c.Post("/v1/" + new string('a', 4000))),
        Refused("target: absolute-form with the right host", 400, "invalid_request_target", c => c.Post($"http://{c.Host}/v1/check")),
        Refused("target: absolute-form of https", 400, "invalid_request_target", c => c.Post($"https://{c.Host}/v1/check")),
        Refused("target: asterisk-form", 400, "invalid_request_target", c => c.Under("OPTIONS", "*")),
        Refused("target: authority-form", 400, "invalid_request_target", c => c.Under("CONNECT", c.Host)),
        Bare("target: absolute-form with another host", 400, c => c.Post("http://evil.example/v1/check")),
        Refused("target: absolute-form with user information", 400, "invalid_request_target", c => c.Post($"http://user:pass@{c.Host}/v1/check")),
        Bare("target: authority-form with POST", 405, c => c.Post(c.Host)),
        Bare("target: asterisk-form with POST", 405, c => c.Post("*")),
        Bare("target: longer than the server reads", 414, c => c.Post("/v1/" + new string('a', 9000))),
    ];
}
