using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Tests.Errors;

public sealed class ProxyErrorTests
{
    // The contract: status, type, code, Proxy-Status error, Retry-After and challenge where the error alone decides them.
    private static readonly string[] Contract =
    [
        "400 invalid_request_error invalid_request_target http_request_error",
        "400 invalid_request_error invalid_header http_request_error",
        "400 invalid_request_error invalid_body http_request_error",
        "401 authentication_error token_missing http_request_denied challenge Bearer",
        "401 authentication_error token_invalid http_request_denied challenge Bearer error=\"invalid_token\"",
        "401 authentication_error token_expired http_request_denied challenge Bearer error=\"invalid_token\"",
        "403 authorization_error insufficient_permissions http_request_denied",
        "403 authorization_error origin_not_allowed http_request_denied",
        "403 authorization_error cross_site_request http_request_denied",
        "404 not_found_error route_not_found http_request_error",
        "405 invalid_request_error method_not_allowed http_request_error",
        "408 invalid_request_error request_timeout http_request_error",
        "413 invalid_request_error body_too_large http_request_error",
        "415 invalid_request_error unsupported_media_type http_request_error",
        "429 rate_limit_error address_rate_limited http_request_denied",
        "429 rate_limit_error user_rate_limited http_request_denied",
        "429 rate_limit_error key_quota_exhausted http_request_denied",
        "429 rate_limit_error upstream_rate_limited http_request_denied",
        "500 proxy_error internal_error proxy_internal_error",
        "502 upstream_error upstream_key_rejected proxy_configuration_error",
        "502 upstream_error upstream_key_forbidden proxy_configuration_error",
        "502 upstream_error upstream_unreachable connection_refused",
        "502 upstream_error upstream_response_blocked http_protocol_error",
        "503 proxy_error key_unavailable proxy_configuration_error retry 5",
        "503 proxy_error issuer_unavailable proxy_configuration_error retry 5",
        "503 proxy_error overloaded connection_limit_reached retry 1",
        "504 upstream_error upstream_timeout http_response_timeout",
    ];

    [Fact]
    public void Is_one_of_the_contracts_list() => Assert.Equal(Contract, ProxyError.All.Select(error =>
        $"{error.Status} {error.Type} {error.Code} {error.ProxyStatus}{(error.RetryAfter is { } seconds ? $" retry {seconds}" : "")}{(error.Challenge is { } challenge ? $" challenge {challenge}" : "")}"));

    [Fact]
    public void Is_in_the_list_whatever_field_it_is_kept_in()
    {
        var fields = typeof(ProxyError).GetFields().Where(field => field.FieldType == typeof(ProxyError)).Select(field => (ProxyError)field.GetValue(null)!);

        Assert.Equal(fields.Select(error => error.Code).Order(StringComparer.Ordinal), ProxyError.All.Select(error => error.Code).Order(StringComparer.Ordinal));
        Assert.Equal(ProxyError.All.Count, ProxyError.All.Select(error => error.Code).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Says_no_in_the_apis_own_shape() => Assert.All(ProxyError.All, error =>
    {
        using var body = JsonDocument.Parse(error.Body);
        var inner = Assert.Single(body.RootElement.EnumerateObject());
        Assert.Equal("error", inner.Name);
        Assert.Equal(["message", "type", "code"], inner.Value.EnumerateObject().Select(member => member.Name));
        Assert.Equal((error.Message, error.Type, error.Code), (inner.Value.GetProperty("message").GetString(), inner.Value.GetProperty("type").GetString(), inner.Value.GetProperty("code").GetString()));
        Assert.NotEmpty(error.Message);
    });

    [Fact]
    public void Carries_the_seconds_of_a_429_as_an_integer() => Assert.EndsWith(
        "\"type\":\"rate_limit_error\",\"code\":\"user_rate_limited\",\"retry_after\":17}}",
        Encoding.UTF8.GetString(ProxyError.UserRateLimited.Envelope(17)),
        StringComparison.Ordinal);
}
