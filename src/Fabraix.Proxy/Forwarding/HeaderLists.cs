using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.Forwarding;

/// <summary>The only headers that go either way (contract section 5). A header that is not named here does not pass.</summary>
internal static class HeaderLists
{
    /// <summary>From the browser to the upstream. Content-Type and Content-Length go too, with the content.</summary>
    public static readonly IReadOnlyList<string> Up =
        ["Accept", "Accept-Language", "User-Agent", "Idempotency-Key", "traceparent", "tracestate"];

    /// <summary>From the upstream's answer to the browser. Content-Type, Content-Length and Content-Language come too, with the content.</summary>
    public static readonly IReadOnlyList<string> Down = ["Retry-After", "Date"];

    public static readonly IReadOnlyList<string> DownContent = ["Content-Type", "Content-Length", "Content-Language"];

    private static readonly HashSet<string> WithOtherMeaning = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Accept-Language", "Allow", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
        "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Cookie", "Expect", "Expires", "Host", "Idempotency-Key", "Keep-Alive",
        "Last-Modified", "Proxy-Authorization", "TE", "traceparent", "tracestate", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent",
        "x-request-id",
    };

    public static bool CanCarryKey(string name) => FieldSyntax.IsName(name) && !WithOtherMeaning.Contains(name);
}
