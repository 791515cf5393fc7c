using System.Text.RegularExpressions;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>What holds for every answer of the proxy, and for every error of its own.</summary>
internal static partial class AnswerAssert
{
    public const string Exposed = "Retry-After, RateLimit, RateLimit-Policy, Proxy-Status, WWW-Authenticate, DPoP-Nonce, x-request-id";

    /// <summary>Everything that an answer may carry: what is not here is a leak until the contract says otherwise.</summary>
    private static readonly HashSet<string> Known =
    [
        "content-type", "content-length", "content-language", "retry-after", "date", "transfer-encoding", "connection", "allow",
        "cache-control", "x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-resource-policy", "vary",
        "x-request-id", "strict-transport-security", "proxy-status", "www-authenticate", "ratelimit", "ratelimit-policy",
        "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods", "access-control-allow-headers",
        "access-control-max-age", "dpop-nonce",
    ];

    /// <summary>The security headers, each once and exactly, and nothing that is not known.</summary>
    /// <param name="origin">The request's origin where it is listed: then the page must be able to read the answer.</param>
    public static void Common(RawResponse answer, string? origin = null, bool https = false)
    {
        Assert.Equal("no-store", answer.Header("cache-control"));
        Assert.Equal("nosniff", answer.Header("x-content-type-options"));
        Assert.Equal("no-referrer", answer.Header("referrer-policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Header("content-security-policy"));
        Assert.Equal("Origin", answer.Header("vary"));
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", answer.Header("x-request-id"));
        Assert.Equal(https ? "max-age=31536000; includeSubDomains" : null, answer.Header("strict-transport-security"));
        Assert.Equal(origin is null ? "same-origin" : "cross-origin", answer.Header("cross-origin-resource-policy"));
        Assert.Equal(origin, answer.Header("access-control-allow-origin"));
        Assert.Equal(origin is null ? null : Exposed, answer.Header("access-control-expose-headers"));
        Assert.Empty(answer.Headers.Select(header => header.Key.ToLowerInvariant()).Except(Known));
        Assert.Empty(answer.Trailers);
    }

    /// <summary>An error of the proxy's own: the contract's line, the envelope, Proxy-Status, and what its status owes.</summary>
    public static void Error(RawResponse answer, string code, string? origin = null, bool https = false, bool toHead = false)
    {
        var line = ErrorContract.Lines[code];
        Assert.Equal(line.Status, answer.Status);
        Common(answer, origin, https);
        Assert.Equal("application/json", answer.Header("content-type"));
        Assert.Equal(code, StatusDetails(answer, line, code));
        if (!toHead) Envelope(answer, line, code);

        Assert.Equal(line.Status == 405, answer.Header("allow") is not null);
        // An upstream that was given up for a while is a 502 or 504 that knows when to come back.
        if (line.Status is not (502 or 504)) Assert.Equal(line.Status is 429 or 503, answer.Header("retry-after") is not null);
        if (answer.Header("retry-after") is { } retry) Assert.Matches("^[1-9][0-9]{0,5}$", retry);
        Assert.Equal(Challenge(code), answer.Header("www-authenticate")?.Split("\", scope=")[0].TrimEnd('"'));
    }

    /// <summary>A refusal by the server before a request exists: no word but the status.</summary>
    public static void Bare(RawResponse answer, int status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Body);
        Assert.Equal("close", answer.Header("connection"));
        Assert.Empty(answer.Headers.Select(header => header.Key.ToLowerInvariant()).Except(["content-length", "connection", "date", "allow"]));
    }

    private static void Envelope(RawResponse answer, ErrorLine line, string code)
    {
        var error = answer.Error;
        Assert.NotNull(error);
        Assert.Equal(code, error.Code);
        Assert.Equal(line.Type, error.Type);
        Assert.False(string.IsNullOrWhiteSpace(error.Message));
        string[] members = line.Status == 429 ? ["message", "type", "code", "retry_after"] : ["message", "type", "code"];
        Assert.Equal(members, error.Members);
        if (line.Status == 429) Assert.Equal(answer.Header("retry-after"), error.RetryAfter.ToString());
    }

    private static string StatusDetails(RawResponse answer, ErrorLine line, string code)
    {
        var match = ProxyStatus().Match(answer.Header("proxy-status") ?? "");
        Assert.True(match.Success, "Proxy-Status is not of the contract's form");
        Assert.Contains(match.Groups["error"].Value, line.ProxyErrors);
        if (ErrorContract.AfterAnAnswer.Contains(code)) Assert.True(match.Groups["received"].Success, "received-status is missing");
        return match.Groups["code"].Value;
    }

    private static string? Challenge(string code) => code switch
    {
        "token_missing" => "Bearer",
        "token_invalid" or "token_expired" => "Bearer error=\"invalid_token",
        "insufficient_permissions" => "Bearer error=\"insufficient_scope",
        _ => null,
    };

    // RFC 9209 section 2: a list of one item, an sf-token with parameters.
    [GeneratedRegex("""^fabraix-proxy; error=(?<error>[a-z_]+); details="(?<code>[a-z_]+)"(; received-status=(?<received>[0-9]{1,3}))?$""", RegexOptions.ExplicitCapture)]
    private static partial Regex ProxyStatus();
}
