using Fabraix.Sandbox.Issuer;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The commonest complaint about proxies of this kind is an error that the page cannot read: here script reads each.</summary>
public sealed class ReadableErrorTests(Chromium chromium)
{
    private const string Json = "application/json";

    [Theory]
    [InlineData("GET", "/v1/event?debug=1", 400, "invalid_request_target")]
    [InlineData("GET", "/v1/keys", 404, "route_not_found")]
    [InlineData("GET", "/v1/event", 405, "method_not_allowed")]
    public async Task A_page_reads_why_its_target_was_refused(string method, string path, int status, string code)
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var read = await PageFetch.FromAsync(session.Page, session.Sandbox.Addresses.Proxy + path, method);
        AssertRead(read, status, code);
    }

    [Theory]
    [InlineData(null, "token_missing", "Bearer, DPoP algs=\"ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512\"")]
    [InlineData(TokenKind.Expired, "token_expired", "Bearer error=\"invalid_token\"")]
    [InlineData(TokenKind.Forged, "token_invalid", "Bearer error=\"invalid_token\"")]
    [InlineData(TokenKind.LongLived, "token_invalid", "Bearer error=\"invalid_token\"")]
    [InlineData(TokenKind.OtherAudience, "token_invalid", "Bearer error=\"invalid_token\"")]
    public async Task A_page_reads_what_is_wrong_with_its_token(object? kind, string code, string challenge)
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var token = kind is TokenKind k ? session.Sandbox.Tokens.Make(DemoUser.Find("alice")!, k) : null;
        var read = await PostAsync(session, "/v1/event", token, Bodies.Event);
        AssertRead(read, 401, code);
        Assert.Equal(challenge, read.Challenge);
    }

    [Fact]
    public async Task A_page_reads_which_scope_it_lacks()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var read = await PostAsync(session, "/v1/check", Token(session, "bob"), Bodies.Check);
        AssertRead(read, 403, "insufficient_permissions");
        Assert.Contains("scope=\"check:write\"", read.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_reads_what_is_wrong_with_its_body()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var token = Token(session);
        AssertRead(await PostAsync(session, "/v1/event", token, new string('x', 300 * 1024)), 413, "body_too_large");
        AssertRead(await PostAsync(session, "/v1/event", token, Bodies.Event, "text/plain"), 415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_page_reads_how_long_to_wait()
    {
        var settings = new Dictionary<string, string?> { ["Fabraix:RateLimits:PerUser:PerMinute"] = "1" };
        await using var session = await DemoSession.StartAsync(chromium, settings);
        var token = Token(session);
        var first = await PostAsync(session, "/v1/event", token, Bodies.Event);
        Assert.Equal(200, first.Status);
        Assert.Matches("^\"user-minute\";r=0;t=[0-9]+$", first.Limit);
        Assert.StartsWith("\"user-minute\";q=1;w=60", first.Policy, StringComparison.Ordinal);

        var read = await PostAsync(session, "/v1/event", token, Bodies.Event);
        AssertRead(read, 429, "user_rate_limited");
        Assert.Equal("fabraix-proxy; error=http_request_denied; details=\"user_rate_limited\"", read.ProxyStatus);
        Assert.Matches("^\"user-minute\";r=0;t=[0-9]+$", read.Limit);
        Assert.Equal(first.Policy, read.Policy);
        Assert.InRange(int.Parse(read.RetryAfter!), 1, 74);
        Assert.Equal(int.Parse(read.RetryAfter!), read.Error.GetProperty("retry_after").GetInt32());
    }

    [Fact]
    public async Task A_page_reads_that_the_proxy_is_at_fault_for_its_key()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        session.Sandbox.ProxyKey.Current!.Revoke();
        AssertRead(await PostAsync(session, "/v1/event", Token(session), Bodies.Event), 502, "upstream_key_rejected");
    }

    [Fact]
    public async Task A_page_reads_that_the_proxys_key_lacks_a_permission()
    {
        // Room for as many questions as fit into the bound below.
        var settings = new Dictionary<string, string?> { ["Fabraix:RateLimits:PerUser:PerMinute"] = "100000", ["Fabraix:RateLimits:PerUser:PerHour"] = "100000" };
        await using var session = await DemoSession.StartAsync(chromium, settings);
        var token = Token(session);
        session.Sandbox.ProxyKey.Use(session.Sandbox.Keys.Create(KeyType.Restricted, operations: ["event"]));
        session.Sandbox.Keys.ById("key-001")!.Revoke();

        // Where the new key is noticed before the old one is refused, it is dropped for its 403, and tried once a second from then on;
        // the requests in between are refused for the old key.
        var read = await PostAsync(session, "/v1/check", token, Bodies.Check);
        var patience = DateTime.UtcNow.AddSeconds(10);
        while (read.Code == "upstream_key_rejected" && DateTime.UtcNow < patience)
            read = await PostAsync(session, "/v1/check", token, Bodies.Check);
        AssertRead(read, 502, "upstream_key_forbidden");
    }

    [Theory]
    [InlineData(Mode.Redirect, 502, "upstream_response_blocked")]
    [InlineData(Mode.RateLimit, 429, "upstream_rate_limited")]
    [InlineData(Mode.Slow, 504, "upstream_timeout")]
    public async Task A_page_reads_that_the_upstream_misbehaved(object mode, int status, string code)
    {
        var settings = new Dictionary<string, string?> { ["Fabraix:Upstream:Timeout"] = "1s" };
        await using var session = await DemoSession.StartAsync(chromium, settings);
        session.Sandbox.Misbehaviour.Set((Mode)mode);
        var read = await PostAsync(session, "/v1/event", Token(session), Bodies.Event);
        AssertRead(read, status, code);
        if (status == 429)
            Assert.InRange(int.Parse(read.RetryAfter!), 30, 36);
    }

    [Theory]
    [InlineData("Fabraix:Keys:default:Secret", "file:/nowhere/api-key", "key_unavailable")]
    [InlineData("Fabraix:Tokens:Issuers:main:Metadata", "http://localhost:1/.well-known/openid-configuration", "issuer_unavailable")]
    public async Task A_page_reads_that_the_proxy_is_not_ready(string setting, string value, string code)
    {
        await using var session = await DemoSession.StartAsync(chromium, new Dictionary<string, string?> { [setting] = value });
        var read = await PostAsync(session, "/v1/event", Token(session), Bodies.Event);
        AssertRead(read, 503, code);
        Assert.True(int.Parse(read.RetryAfter!) > 0);
    }

    private static void AssertRead(PageFetch read, int status, string code)
    {
        Assert.Equal((status, code), (read.Status, read.Code));
        Assert.Contains($"details=\"{code}\"", read.ProxyStatus, StringComparison.Ordinal);
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", read.RequestId);
    }

    private static string Token(DemoSession session, string user = "alice") => session.Sandbox.Tokens.Make(DemoUser.Find(user)!);

    private static Task<PageFetch> PostAsync(DemoSession session, string path, string? token, string body, string type = Json) =>
        PageFetch.FromAsync(session.Page, session.Sandbox.Addresses.Proxy + path, "POST", token, type, body);
}
