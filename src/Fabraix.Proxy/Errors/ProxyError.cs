using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fabraix.Proxy.Errors;

/// <summary>
/// The closed list of every way in which the proxy itself says no. Status, type and code are a public contract:
/// pages branch on the code, dashboards count it.
/// </summary>
internal sealed class ProxyError
{
    // First, since the errors below are written with it. An apostrophe stays one: the answer is never part of an HTML page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly ProxyError InvalidRequestTarget = new(400, RequestType, "invalid_request_target", RequestDenied,
        "The request target is not acceptable: use the exact path of a route, without query, escapes or empty segments.");

    public static readonly ProxyError InvalidHeader = new(400, RequestType, "invalid_header", RequestDenied,
        "A header of the request, its framing or its Host is not acceptable.");

    public static readonly ProxyError InvalidBody = new(400, RequestType, "invalid_body", RequestDenied,
        "The request body is not acceptable.");

    public static readonly ProxyError TokenMissing = new(401, "authentication_error", "token_missing", Denied,
        "Send a bearer token in the Authorization header.")
    { Challenge = "Bearer" };

    public static readonly ProxyError TokenInvalid = new(401, "authentication_error", "token_invalid", Denied,
        "The token, or the proof that came with it, is not valid here. See WWW-Authenticate.")
    { Challenge = InvalidToken };

    public static readonly ProxyError TokenExpired = new(401, "authentication_error", "token_expired", Denied,
        "The token has expired. Get a new one.")
    { Challenge = InvalidToken };

    public static readonly ProxyError InsufficientPermissions = new(403, PermissionType, "insufficient_permissions", Denied,
        "The token lacks a scope that this operation needs; WWW-Authenticate names it.");

    public static readonly ProxyError OriginNotAllowed = new(403, PermissionType, "origin_not_allowed", Denied,
        "Pages of this origin may not call this proxy.");

    public static readonly ProxyError CrossSiteRequest = new(403, PermissionType, "cross_site_request", Denied,
        "Cross-site requests need a listed Origin.");

    public static readonly ProxyError RouteNotFound = new(404, "not_found_error", "route_not_found", RequestDenied,
        "There is no such route. Paths are compared exactly, case included.");

    public static readonly ProxyError MethodNotAllowed = new(405, RequestType, "method_not_allowed", RequestDenied,
        "The route does not take this method; Allow lists those it takes.");

    public static readonly ProxyError RequestTimeout = new(408, RequestType, "request_timeout", RequestDenied,
        "The request body came too slowly.");

    public static readonly ProxyError BodyTooLarge = new(413, RequestType, "body_too_large", RequestDenied,
        "The request body is larger than the route takes.");

    public static readonly ProxyError UnsupportedMediaType = new(415, RequestType, "unsupported_media_type", RequestDenied,
        "Send the body as application/json in UTF-8, without a Content-Encoding.");

    public static readonly ProxyError AddressRateLimited = new(429, RateLimitType, "address_rate_limited", Denied,
        "Too many requests from this address.");

    public static readonly ProxyError UserRateLimited = new(429, RateLimitType, "user_rate_limited", Denied,
        "Too many requests of this user.");

    public static readonly ProxyError KeyQuotaExhausted = new(429, RateLimitType, "key_quota_exhausted", Denied,
        "The quota that all users share is spent for now, or what is left of it belongs to others.");

    public static readonly ProxyError UpstreamRateLimited = new(429, RateLimitType, "upstream_rate_limited", Denied,
        "The API's own rate limit is reached.");

    public static readonly ProxyError InternalError = new(500, OwnType, "internal_error", "proxy_internal_error",
        "The proxy failed. The x-request-id of this answer finds the reason in its log.");

    public static readonly ProxyError UpstreamKeyRejected = new(502, UpstreamType, "upstream_key_rejected", Misconfigured,
        "The API refused the proxy's own key. This is for the operator to mend; the token is fine.");

    public static readonly ProxyError UpstreamKeyForbidden = new(502, UpstreamType, "upstream_key_forbidden", Misconfigured,
        "The proxy's own key lacks a permission at the API. This is for the operator to mend; the token is fine.");

    public static readonly ProxyError UpstreamUnreachable = new(502, UpstreamType, "upstream_unreachable", "connection_refused",
        "The API cannot be reached.");

    public static readonly ProxyError UpstreamResponseBlocked = new(502, UpstreamType, "upstream_response_blocked", "http_protocol_error",
        "The API gave an answer that this proxy does not pass on.");

    public static readonly ProxyError KeyUnavailable = new(503, OwnType, "key_unavailable", Misconfigured,
        "The proxy has no usable key at the moment.")
    { RetryAfter = 5 };

    public static readonly ProxyError IssuerUnavailable = new(503, OwnType, "issuer_unavailable", Misconfigured,
        "The signing keys of the token's issuer could not be fetched yet.")
    { RetryAfter = 5 };

    public static readonly ProxyError Overloaded = new(503, OwnType, "overloaded", "connection_limit_reached",
        "The proxy is at its limit at the moment.")
    { RetryAfter = 1, RetrySpread = 2 };

    public static readonly ProxyError UpstreamTimeout = new(504, UpstreamType, "upstream_timeout", "http_response_timeout",
        "The API did not answer in time.");

    public static readonly IReadOnlyList<ProxyError> All =
    [
        InvalidRequestTarget, InvalidHeader, InvalidBody, TokenMissing, TokenInvalid, TokenExpired, InsufficientPermissions,
        OriginNotAllowed, CrossSiteRequest, RouteNotFound, MethodNotAllowed, RequestTimeout, BodyTooLarge, UnsupportedMediaType,
        AddressRateLimited, UserRateLimited, KeyQuotaExhausted, UpstreamRateLimited, InternalError, UpstreamKeyRejected, UpstreamKeyForbidden,
        UpstreamUnreachable, UpstreamResponseBlocked, KeyUnavailable, IssuerUnavailable, Overloaded, UpstreamTimeout,
    ];

    private const string RequestType = "invalid_request_error";
    private const string PermissionType = "authorization_error";
    private const string RateLimitType = "rate_limit_error";
    private const string UpstreamType = "upstream_error";
    private const string OwnType = "proxy_error";
    private const string Denied = "http_request_denied";
    private const string RequestDenied = "http_request_error";
    private const string Misconfigured = "proxy_configuration_error";
    private const string InvalidToken = "Bearer error=\"invalid_token\"";

    private ProxyError(int status, string type, string code, string proxyStatus, string message)
    {
        (Status, Type, Code, ProxyStatus, Message) = (status, type, code, proxyStatus, message);
        Body = Envelope(retryAfter: null);
    }

    public int Status { get; }

    public string Type { get; }

    public string Code { get; }

    /// <summary>The error token of the Proxy-Status header (RFC 9209 section 2.3).</summary>
    public string ProxyStatus { get; }

    public string Message { get; }

    /// <summary>Seconds after which a retry is worth it, where the proxy can say so beforehand.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>Seconds by which a retry is put off at random besides, so that not all come back together.</summary>
    public int RetrySpread { get; private init; }

    /// <summary>WWW-Authenticate, where the error alone decides it (RFC 6750 section 3).</summary>
    public string? Challenge { get; private init; }

    /// <summary>The answer's body, made once.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The answer's body; only a 429 carries <c>retry_after</c>, as Fabraix's own does.</summary>
    public byte[] Envelope(int? retryAfter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", Message);
            json.WriteString("type", Type);
            json.WriteString("code", Code);
            if (retryAfter is { } seconds)
                json.WriteNumber("retry_after", seconds);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
