using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>A backend asks the management listener for a token, and a page uses it at the public one.</summary>
public sealed class MintTests : IClassFixture<MintFixture>
{
    private readonly ProxyUnderTest proxy;
    private readonly TestMint mint;

    public MintTests(MintFixture fixture)
    {
        (proxy, mint) = (fixture.Proxy, fixture.Mint);
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("check:write", null, null, null)]
    [InlineData("check:write event:write", "1", null, null)]
    [InlineData(null, "300", """{"agent_ids": ["a", "b"], "tenant": "ä€😀"}""", null)]
    [InlineData(null, null, null, "Zoë \"<'&> 😀\u2028")]
    public async Task Makes_tokens_that_the_proxy_accepts(string? scope, string? lifetime, string? claims, string? subject)
    {
        var token = await mint.MintAsync(proxy, ("scope", scope), ("lifetime", lifetime), ("claims", claims), ("subject", subject ?? "user-1"));

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
        Assert.Equal(proxy.ApiKey, Assert.Single(proxy.Upstream.Requests).Header("x-api-key"));
    }

    [Fact]
    public async Task Makes_the_longest_tokens_that_may_be_asked_for_acceptable_too()
    {
        var token = await mint.MintAsync(proxy, ("subject", new string('€', 512)), ("claims", $$"""{"a":"{{new string('b', 2000)}}"}"""));

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: token))).Status);
    }

    [Fact]
    public async Task Refuses_to_make_one_that_would_be_too_long() =>
        Assert.Equal((400, "invalid_request"), Outcome(await mint.AskAsync(proxy, ("subject", new string('a', 512)), ("claims", $$"""{"a":"{{string.Concat(Enumerable.Repeat("😀", 500))}}"}"""))));

    [Fact]
    public async Task Says_what_it_gave_as_RFC_6749_section_5_1_demands()
    {
        var answer = await mint.AskAsync(proxy, ("scope", "check:write"), ("lifetime", "60"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(["access_token", "token_type", "expires_in", "scope"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Bearer", 60, "check:write"), (answer.Json.GetProperty("token_type").GetString(), answer.Json.GetProperty("expires_in").GetInt32(), answer.Json.GetProperty("scope").GetString()));
        Assert.Equal(("no-store", "no-cache"), (answer.Headers.CacheControl?.ToString(), answer.Headers.Pragma.ToString()));
    }

    [Fact]
    public async Task Makes_tokens_of_RFC_9068_with_all_that_it_requires()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var parts = (await mint.MintAsync(proxy, ("lifetime", "60"), ("claims", """{"tenant": "t"}"""))).Split('.');
        var (header, payload) = (Part(parts[0]), Part(parts[1]));

        Assert.Equal(["alg", "kid", "typ"], header.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("ES256", "at+jwt"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(["iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti", "tenant"], payload.EnumerateObject().Select(member => member.Name));
        Assert.Equal((proxy.Issuer.Name, proxy.Issuer.Audience, "user-1"), (payload.GetProperty("iss").GetString(), payload.GetProperty("aud").GetString(), payload.GetProperty("sub").GetString()));
        Assert.Equal((TestMint.Client, "run:write event:write check:write"), (payload.GetProperty("client_id").GetString(), payload.GetProperty("scope").GetString()));
        Assert.InRange(payload.GetProperty("iat").GetInt64(), before, before + 60);
        Assert.Equal(payload.GetProperty("iat").GetInt64() + 60, payload.GetProperty("exp").GetInt64());
        Assert.Matches("^[0-9a-f]{32}$", payload.GetProperty("jti").GetString());
    }

    [Fact]
    public async Task Binds_a_token_to_the_pages_key()
    {
        const string Thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        var answer = await mint.AskAsync(proxy, ("dpop_jkt", Thumbprint));
        var token = answer.Json.GetProperty("access_token").GetString()!;

        Assert.Equal("DPoP", answer.Json.GetProperty("token_type").GetString());
        Assert.Equal($$"""{"jkt":"{{Thumbprint}}"}""", Part(token.Split('.')[1]).GetProperty("cnf").GetRawText());
        Assert.Equal(401, (await proxy.AskAsync(proxy.Post(token: token))).Status);
    }

    [Fact]
    public async Task Names_each_token_differently() => Assert.NotEqual(
        Part((await mint.MintAsync(proxy)).Split('.')[1]).GetProperty("jti").GetString(),
        Part((await mint.MintAsync(proxy)).Split('.')[1]).GetProperty("jti").GetString());

    [Fact]
    public async Task Does_not_make_what_a_route_does_not_let_through()
    {
        var answer = await proxy.AskAsync(proxy.Post(token: await mint.MintAsync(proxy, ("scope", "event:write"))));

        Assert.Equal(403, answer.Status);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Theory]
    [InlineData("scope", "admin", 400, "invalid_scope")]
    [InlineData("scope", "check:write admin", 400, "invalid_scope")]
    [InlineData("lifetime", "301", 400, "invalid_request")]
    [InlineData("claims", """{"scope": "admin"}""", 400, "invalid_request")]
    [InlineData("claims", """{"sub": "user-2"}""", 400, "invalid_request")]
    [InlineData("subject", null, 400, "invalid_request")]
    [InlineData("grant_type", null, 400, "invalid_request")]
    [InlineData("grant_type", "authorization_code", 400, "unsupported_grant_type")]
    [InlineData("client_secret", "any", 400, "invalid_request")]
    [InlineData("client_id", "another", 400, "invalid_request")]
    public async Task Refuses_by_the_codes_of_RFC_6749_section_5_2(string name, string? value, int status, string error)
    {
        var answer = await mint.AskAsync(proxy, (name, value));

        Assert.Equal((status, error), Outcome(answer));
        Assert.InRange(answer.Json.GetProperty("error_description").GetString()!.Length, 20, 200);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Refuses_a_client_without_the_right() => Assert.Equal((400, "unauthorized_client"), Outcome(await mint.SendAsync(
        proxy, "/token", "grant_type=client_credentials&subject=user-1", request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret))));

    [Fact]
    public async Task Refuses_a_wrong_secret_and_an_unknown_client_by_the_very_same_answer()
    {
        var wrong = await mint.SendAsync(proxy, "/token", "", request => request.Headers.Authorization = TestMint.Basic(TestMint.Client, Made.ApiKey()));
        var unknown = await mint.SendAsync(proxy, "/token", "", request => request.Headers.Authorization = TestMint.Basic("nobody", mint.Secret));
        var none = await mint.SendAsync(proxy, "/token", "", request => request.Headers.Authorization = null);

        Assert.Equal((401, "invalid_client"), Outcome(wrong));
        Assert.Equal((wrong.Status, wrong.Text), (unknown.Status, unknown.Text));
        Assert.Equal((401, "invalid_client"), Outcome(none));
        Assert.All([wrong, unknown, none], answer => Assert.Equal("Basic", Assert.Single(answer.Headers.WwwAuthenticate).Scheme));
    }

    [Theory]
    [InlineData("Origin", "https://app.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("SEC-FETCH-USER", "?1")]
    [InlineData("sec-fetch-dest", "document")]
    public async Task Gives_a_browser_nothing_though_it_knows_the_secret(string header, string value)
    {
        var answer = await mint.SendAsync(proxy, "/token", "grant_type=client_credentials&subject=user-1", request => request.Headers.TryAddWithoutValidation(header, value));

        Assert.Equal((403, ""), (answer.Status, answer.Text));
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1800), "the warning");
    }

    [Theory]
    [InlineData("GET", "/token", 405, "POST")]
    [InlineData("PUT", "/token", 405, "POST")]
    [InlineData("OPTIONS", "/token", 405, "POST")]
    [InlineData("POST", "/.well-known/jwks.json", 405, "GET")]
    [InlineData("POST", "/healthz/live", 405, "GET")]
    [InlineData("DELETE", "/metrics", 405, "GET")]
    [InlineData("POST", "/token/", 404, null)]
    [InlineData("POST", "/TOKEN", 404, null)]
    [InlineData("GET", "/.well-known/openid-configuration", 404, null)]
    public async Task Knows_each_path_by_its_own_method(string method, string path, int status, string? allow)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Management);
        var answer = await client.AskAsync(new RequestText(method, path).With("Host", proxy.Management.Authority).WithBody("").ToString());

        Assert.Equal((status, allow), (answer.Status, answer.Header("allow")));
    }

    [Fact]
    public async Task Reads_no_more_than_16_KiB() => Assert.Equal((413, "invalid_request"), Outcome(await mint.AskAsync(proxy, ("filler", new string('a', 16 * 1024)))));

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    public async Task Takes_nothing_but_a_form(string type) => Assert.Equal((415, "invalid_request"), Outcome(await mint.SendAsync(
        proxy, "/token", "grant_type=client_credentials&subject=user-1", request => request.Content!.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type))));

    [Fact]
    public async Task Publishes_the_public_keys_alone_for_five_minutes()
    {
        var answer = await proxy.ManageAsync("/.well-known/jwks.json");

        Assert.Equal((200, "public, max-age=300"), (answer.Status, answer.Header("cache-control")));
        var key = Assert.Single(JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("keys").EnumerateArray());
        Assert.Equal(["kty", "kid", "use", "alg", "crv", "x", "y"], key.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/.well-known/jwks.json")]
    public async Task Cannot_be_reached_through_the_public_listener(string path)
    {
        foreach (var method in (string[])["GET", "POST"])
            Assert.Equal(404, (await proxy.AskAsync(new RequestText(method, path).With("Host", proxy.Management.Authority).WithBody(""))).Status);
    }

    [Fact]
    public async Task Logs_each_token_and_each_refusal_without_any_of_them()
    {
        await mint.MintAsync(proxy, ("subject", "user-logged"));
        await mint.AskAsync(proxy, ("scope", "mark-7f3a"));

        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1701 && line.Field("Error") == "invalid_scope"), "the refusal");
        var line = proxy.Logs.Lines.Last(line => line.Id.Id == 1700);
        Assert.Equal((TestMint.Client, "3", "300"), (line.Field("Client"), line.Field("Scopes"), line.Field("Lifetime")));
        Assert.Matches("^[0-9a-f]{16}$", line.Field("Caller"));
        Assert.DoesNotContain(proxy.Logs.Lines, logged => logged.Message.Contains("user-logged", StringComparison.Ordinal) || logged.Message.Contains("7f3a", StringComparison.Ordinal) || logged.Message.Contains(mint.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Capture.Process.Report().Leaks, leak => leak.Kind == CaptureKind.Log);
    }

    [Fact]
    public async Task Counts_requests_by_configured_names_alone()
    {
        await mint.MintAsync(proxy);
        for (var i = 0; i < 5; i++)
            await mint.SendAsync(proxy, "/token", "", request => request.Headers.Authorization = TestMint.Basic($"mark{i}", mint.Secret));

        await mint.SendAsync(proxy, "/token", "", request => request.Headers.Authorization = TestMint.Basic(TestMint.Client, Made.ApiKey()));

        // A scrape may be answered with the one before, made a moment ago.
        var text = "";
        await Bounds.UntilAsync(async () => Counts(text = (await proxy.ManageAsync("/metrics")).Text, "unknown", "invalid_client") && Counts(text, TestMint.Client, "ok"), "both counts");
        Assert.DoesNotContain("mark", text, StringComparison.Ordinal);
        Assert.False(Counts(text, TestMint.Client, "invalid_client"));
        Assert.Contains("fabraix_proxy_revocations{", text, StringComparison.Ordinal);
    }

    private static bool Counts(string metrics, string client, string outcome) => metrics.Split('\n').Any(line =>
        line.StartsWith("fabraix_proxy_mint_requests_total{", StringComparison.Ordinal) && line.Contains($"fabraix_client=\"{client}\"", StringComparison.Ordinal) && line.Contains($"fabraix_outcome=\"{outcome}\"", StringComparison.Ordinal));

    private static (int Status, string? Error) Outcome(MintAnswer answer) => (answer.Status, answer.Error);

    private static JsonElement Part(string text) => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(text));
}
