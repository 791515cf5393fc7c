using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>The whole header list of typical answers: a header that appears, changes or goes away shows here first.</summary>
public sealed class HeaderSnapshotTests : IClassFixture<ProxyFixture>
{
    private const string Security =
        """
        cache-control: no-store
        content-security-policy: default-src 'none'; frame-ancestors 'none'
        referrer-policy: no-referrer
        vary: Origin
        x-content-type-options: nosniff
        x-request-id: <id>
        """;

    private const string SameOrigin = Security + "\n" + "cross-origin-resource-policy: same-origin";

    private const string Cors = Security + "\n" +
        """
        access-control-allow-origin: https://app.example
        access-control-expose-headers: Retry-After, RateLimit, RateLimit-Policy, Proxy-Status, WWW-Authenticate, DPoP-Nonce, x-request-id
        cross-origin-resource-policy: cross-origin
        """;

    private const string Message =
        """
        content-length: <n>
        content-type: application/json
        date: <date>
        """;

    private const string Limits =
        """
        ratelimit: "user-minute";r=<n>;t=<n>
        ratelimit-policy: "user-minute";q=100000000;w=60, "user-hour";q=1000000000;w=3600
        """;

    private readonly ProxyUnderTest proxy;

    public HeaderSnapshotTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Fact]
    public async Task Of_200() => AssertHeaders(await proxy.AskAsync(proxy.Post()), SameOrigin, Message, Limits);

    [Fact]
    public async Task Of_200_to_a_listed_origin() => AssertHeaders(await AskFromOriginAsync(proxy.Post()), Cors, Message, Limits);

    [Fact]
    public async Task Of_204_to_a_preflight() => AssertHeaders(
        await AskFromOriginAsync(new RequestText("OPTIONS", "/v1/check").With("Host", "x").With("Access-Control-Request-Method", "POST")),
        Cors,
        """
        access-control-allow-headers: authorization, content-type, accept, accept-language, idempotency-key, traceparent, tracestate, x-request-id
        access-control-allow-methods: POST
        access-control-max-age: 600
        date: <date>
        """);

    [Fact]
    public async Task Of_403_to_a_preflight() => AssertHeaders(
        await AskFromOriginAsync(new RequestText("OPTIONS", "/v1/none").With("Host", "x").With("Access-Control-Request-Method", "POST")),
        SameOrigin, Message, """proxy-status: fabraix-proxy; error=http_request_denied; details="origin_not_allowed" """);

    [Fact]
    public async Task Of_400_target() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post("/v1/check?x=1")), Cors, Message, """proxy-status: fabraix-proxy; error=http_request_error; details="invalid_request_target" """);

    [Fact]
    public async Task Of_400_framing() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post().With("a_b", "1")), Cors, Message, """proxy-status: fabraix-proxy; error=http_request_error; details="invalid_header" """, "connection: close");

    [Fact]
    public async Task Of_401_without_a_token() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post().Without("Authorization")), Cors, Message,
        """
        proxy-status: fabraix-proxy; error=http_request_denied; details="token_missing"
        www-authenticate: Bearer
        """);

    [Fact]
    public async Task Of_401_with_a_bad_token() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post(token: "x.y.z")), Cors, Message,
        """
        proxy-status: fabraix-proxy; error=http_request_denied; details="token_invalid"
        www-authenticate: Bearer error="invalid_token"
        """);

    [Fact]
    public async Task Of_403_scope() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("scope", "other")))), Cors, Message,
        """
        proxy-status: fabraix-proxy; error=http_request_denied; details="insufficient_permissions"
        www-authenticate: Bearer error="insufficient_scope", scope="check:write"
        """);

    [Fact]
    public async Task Of_403_origin() => AssertHeaders(
        await proxy.AskAsync(proxy.Post().With("Origin", "https://evil.example")), SameOrigin, Message, """proxy-status: fabraix-proxy; error=http_request_denied; details="origin_not_allowed" """);

    [Fact]
    public async Task Of_404() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post("/v1/none")), Cors, Message, """proxy-status: fabraix-proxy; error=http_request_error; details="route_not_found" """);

    [Fact]
    public async Task Of_405() => AssertHeaders(
        await AskFromOriginAsync(new RequestText("GET", "/v1/check").With("Host", "x")), Cors, Message,
        """
        allow: POST
        proxy-status: fabraix-proxy; error=http_request_error; details="method_not_allowed"
        """);

    [Fact]
    public async Task Of_413() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post().WithBody(new string(' ', 262_145))), Cors, Message, Limits,
        """proxy-status: fabraix-proxy; error=http_request_error; details="body_too_large" """, "connection: close");

    [Fact]
    public async Task Of_415() => AssertHeaders(
        await AskFromOriginAsync(proxy.Post().Instead("Content-Type", "text/plain")), Cors, Message, Limits,
        """proxy-status: fabraix-proxy; error=http_request_error; details="unsupported_media_type" """);

    [Fact]
    public async Task Of_429_of_the_upstream()
    {
        // Of its own, since the upstream's word holds for everybody.
        await using var alone = await ProxyUnderTest.StartAsync();
        alone.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(429, "{}", "Retry-After: 9"));
        AssertHeaders(await alone.AskAsync(alone.Post().With("Origin", ProxyUnderTest.Origin)), Cors, Message, Limits,
            """
            proxy-status: fabraix-proxy; error=http_request_denied; details="upstream_rate_limited"; received-status=429
            retry-after: <n>
            """);
    }

    [Fact]
    public async Task Of_502()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(401, "{}"));
        AssertHeaders(await AskFromOriginAsync(proxy.Post()), Cors, Message, Limits,
            """proxy-status: fabraix-proxy; error=proxy_configuration_error; details="upstream_key_rejected"; received-status=401""");
    }

    private Task<RawResponse> AskFromOriginAsync(RequestText request) => proxy.AskAsync(request.With("Origin", ProxyUnderTest.Origin));

    private static void AssertHeaders(RawResponse answer, params string[] expected)
    {
        var lines = string.Join('\n', expected).Split('\n').Select(line => line.Trim()).Order(StringComparer.Ordinal);
        Assert.Equal(lines, answer.Headers.Select(Normal).Order(StringComparer.Ordinal));
    }

    private static string Normal(KeyValuePair<string, string> header)
    {
        var name = header.Key.ToLowerInvariant();
        return name switch
        {
            "date" => "date: <date>",
            "content-length" => "content-length: <n>",
            "x-request-id" => "x-request-id: <id>",
            "retry-after" => "retry-after: <n>",
            "ratelimit" => $"ratelimit: {System.Text.RegularExpressions.Regex.Replace(header.Value, "=[0-9]+", "=<n>")}",
            _ => $"{name}: {header.Value}",
        };
    }
}
