using static Fabraix.Proxy.WireTests.Corpus.RawCase;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Bodies that a route does not take: by media type, by coding, by size.</summary>
internal static class BodyCases
{
    private static readonly string[] Types =
    [
        "text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "application/json5",
        "text/json", "application/xml", "application/problem+json", "application/*", "*/*", "application/json; charset=utf-16", "application/json; charset=iso-8859-1",
        "application/json, text/plain", "application/json application/xml", "json", "", "application/json;charset=utf-8;charset=utf-16", "application / json",
    ];

    private static readonly string[] Codings = ["gzip", "br", "deflate", "identity", "zstd", "x", "gzip, br"];

    public static IEnumerable<RawCase> All =>
    [
        .. Types.Select(type => Refused($"body: content-type [{type}]", 415, "unsupported_media_type", c => c.Post().Instead("Content-Type", type))),
        .. Codings.Select(coding => Refused($"body: content-encoding [{coding}]", 415, "unsupported_media_type", c => c.Post().With("Content-Encoding", coding))),
        Refused("body: no content-type", 415, "unsupported_media_type", c => c.Post().Without("Content-Type")),
        Refused("body: one byte over, by length", 413, "body_too_large", c => c.Post().WithBody(new string(' ', 262145))) with { Closes = true },
        Refused("body: one byte over, in chunks", 413, "body_too_large", c => c.Post().WithChunks(new string(' ', 262144), " ")) with { Closes = true },
        Refused("body: one byte over another route's size", 413, "body_too_large", c => c.Post("/v1/register-agent-run").WithBody(new string(' ', 65537))) with { Closes = true },
        Refused("body: a length of terabytes, and none of it", 413, "body_too_large", c => c.Post().Instead("Content-Length", "9999999999999").WithRawBody("")) with { Closes = true },
    ];
}
