using System.Collections.Frozen;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>
/// The table of the contract's errors, written down a second time on purpose: pages branch on these values, so a change in
/// the product must show here.
/// </summary>
internal static class ErrorContract
{
    public static FrozenDictionary<string, ErrorLine> Lines { get; } = new Dictionary<string, ErrorLine>
    {
        ["invalid_request_target"] = new(400, "invalid_request_error", ["http_request_error"]),
        ["invalid_header"] = new(400, "invalid_request_error", ["http_request_error"]),
        ["invalid_body"] = new(400, "invalid_request_error", ["http_request_error"]),
        ["token_missing"] = new(401, "authentication_error", ["http_request_denied"]),
        ["token_invalid"] = new(401, "authentication_error", ["http_request_denied"]),
        ["token_expired"] = new(401, "authentication_error", ["http_request_denied"]),
        ["insufficient_permissions"] = new(403, "authorization_error", ["http_request_denied"]),
        ["origin_not_allowed"] = new(403, "authorization_error", ["http_request_denied"]),
        ["cross_site_request"] = new(403, "authorization_error", ["http_request_denied"]),
        ["route_not_found"] = new(404, "not_found_error", ["http_request_error"]),
        ["method_not_allowed"] = new(405, "invalid_request_error", ["http_request_error"]),
        ["request_timeout"] = new(408, "invalid_request_error", ["http_request_error"]),
        ["body_too_large"] = new(413, "invalid_request_error", ["http_request_error"]),
        ["unsupported_media_type"] = new(415, "invalid_request_error", ["http_request_error"]),
        ["address_rate_limited"] = new(429, "rate_limit_error", ["http_request_denied"]),
        ["user_rate_limited"] = new(429, "rate_limit_error", ["http_request_denied"]),
        ["key_quota_exhausted"] = new(429, "rate_limit_error", ["http_request_denied"]),
        ["upstream_rate_limited"] = new(429, "rate_limit_error", ["http_request_denied"]),
        ["internal_error"] = new(500, "proxy_error", ["proxy_internal_error"]),
        ["upstream_key_rejected"] = new(502, "upstream_error", ["proxy_configuration_error"]),
        ["upstream_key_forbidden"] = new(502, "upstream_error", ["proxy_configuration_error"]),
        ["upstream_unreachable"] = new(502, "upstream_error", ["connection_refused", "dns_error", "tls_certificate_error", "http_protocol_error"]),
        ["upstream_response_blocked"] = new(502, "upstream_error", ["http_protocol_error"]),
        ["key_unavailable"] = new(503, "proxy_error", ["proxy_configuration_error"]),
        ["issuer_unavailable"] = new(503, "proxy_error", ["proxy_configuration_error"]),
        ["overloaded"] = new(503, "proxy_error", ["connection_limit_reached"]),
        ["upstream_timeout"] = new(504, "upstream_error", ["http_response_timeout", "connection_timeout"]),
    }.ToFrozenDictionary();

    /// <summary>Errors whose Proxy-Status says what the upstream answered.</summary>
    public static FrozenSet<string> AfterAnAnswer { get; } =
        ["upstream_rate_limited", "upstream_key_rejected", "upstream_key_forbidden"];
}

/// <param name="ProxyErrors">The error tokens of RFC 9209 that may stand beside the code.</param>
internal sealed record ErrorLine(int Status, string Type, string[] ProxyErrors);
