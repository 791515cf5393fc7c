using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>Signing keys from a file, from a URL and by discovery: the same tokens are accepted, and rotation needs no restart.</summary>
public sealed class KeySourceTests
{
    private readonly TestClock time = new();

    [Theory]
    [MemberData(nameof(KeySources.All), MemberType = typeof(KeySources))]
    public async Task Checks_tokens_with_the_keys_that_it_found(string source)
    {
        await using var proxy = await StartAsync(source);

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        using var stranger = TestKey.Ec(kid: proxy.Issuer.Key.Kid);
        AnswerAssert.Error(await AskWithAsync(proxy, stranger), "token_invalid");
        Assert.Equal(1, proxy.Upstream.RequestCount);
    }

    [Theory]
    [MemberData(nameof(KeySources.All), MemberType = typeof(KeySources))]
    public async Task Finds_a_new_key_within_the_request_that_first_names_it(string source)
    {
        await using var proxy = await StartAsync(source);
        var fresh = proxy.Issuer.Add(TestKey.Rsa());
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(200, (await AskWithAsync(proxy, fresh)).Status);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }

    [Theory]
    [MemberData(nameof(KeySources.All), MemberType = typeof(KeySources))]
    public async Task Stops_believing_a_key_that_was_taken_back(string source)
    {
        await using var proxy = await StartAsync(source);
        var fresh = proxy.Issuer.Add(TestKey.Ec());
        proxy.Issuer.Remove(proxy.Issuer.Key);
        await time.PassAsync(TimeSpan.FromMinutes(5));

        await Bounds.UntilAsync(async () => (await proxy.AskAsync(proxy.Post())).Status == 401, "the refusal of a key that was taken back");
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "token_invalid");
        Assert.Equal(200, (await AskWithAsync(proxy, fresh)).Status);
    }

    [Fact]
    public async Task Asks_once_for_all_who_name_an_unknown_key_and_then_not_again_for_a_while()
    {
        await using var proxy = await StartAsync("url");
        time.Advance(TimeSpan.FromSeconds(5));
        using var unknown = TestKey.Ec();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskWithAsync(proxy, unknown)));

        Assert.All(answers, answer => AnswerAssert.Error(answer, "token_invalid"));
        Assert.Equal(2, proxy.Issuer.Server!.RequestCount);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}")]
    [InlineData("no HTTP\r\n\r\n")]
    public async Task Keeps_the_last_good_set_through_an_outage_and_says_so(string outage)
    {
        await using var proxy = await StartAsync("url");
        var lawful = proxy.Issuer.Server!.Answer;
        proxy.Issuer.Server.Answer = exchange => exchange.SendAsync(outage);
        await time.PassAsync(TimeSpan.FromMinutes(5));
        await Bounds.UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Text.Contains("degraded\",", StringComparison.Ordinal), "a word about the outage");

        Assert.Contains("issuer main", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);

        proxy.Issuer.Server.Answer = lawful;
        await time.PassAsync(TimeSpan.FromSeconds(30));
        await Bounds.UntilAsync(async () => !(await proxy.ManageAsync("/healthz/ready")).Text.Contains("issuer main", StringComparison.Ordinal), "the end of the outage");
    }

    [Fact]
    public async Task Serves_as_soon_as_an_issuer_that_was_away_at_the_start_is_there()
    {
        await using var proxy = await StartAsync("metadata", issuer => issuer.Server!.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(503, "{}")));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "issuer_unavailable");

        proxy.Issuer.Server!.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, exchange.Request.Target == "/jwks.json"
            ? proxy.Issuer.Jwks()
            : $$"""{"issuer":"{{proxy.Issuer.Name}}","jwks_uri":"{{proxy.Issuer.JwksUrl}}"}"""));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4.3; and keys over http from elsewhere would be anybody's.</summary>
    [Theory]
    [InlineData("another issuer", """{"issuer":"https://evil.example/","jwks_uri":"URI"}""")]
    [InlineData("an issuer with another slash", """{"issuer":"https://login.example","jwks_uri":"URI"}""")]
    [InlineData("no issuer", """{"jwks_uri":"URI"}""")]
    [InlineData("an issuer twice", """{"issuer":"https://evil.example/","issuer":"https://login.example/","jwks_uri":"URI"}""")]
    [InlineData("no jwks_uri", """{"issuer":"https://login.example/"}""")]
    [InlineData("a jwks_uri of http", """{"issuer":"https://login.example/","jwks_uri":"http://keys.example/jwks.json"}""")]
    [InlineData("a jwks_uri of a file", """{"issuer":"https://login.example/","jwks_uri":"file:///etc/passwd"}""")]
    [InlineData("a list", """[]""")]
    public async Task Takes_no_keys_from_metadata_with(string flaw, string metadata)
    {
        Assert.NotEmpty(flaw);
        await using var proxy = await StartAsync("metadata", issuer => issuer.Server!.Answer = exchange => exchange.SendAsync(
            UpstreamAnswer.Json(200, exchange.Request.Target == "/jwks.json" ? issuer.Jwks() : metadata.Replace("URI", issuer.JwksUrl, StringComparison.Ordinal))));

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "issuer_unavailable");
        Assert.DoesNotContain(proxy.Issuer.Server!.Requests, seen => seen.Target == "/jwks.json");
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task Follows_no_redirect_to_keys(int status)
    {
        await using var elsewhere = RecordingUpstream.Start();
        await using var proxy = await StartAsync("url", issuer => issuer.Server!.Answer = exchange => exchange.SendAsync(
            UpstreamAnswer.Head(status, $"Location: {elsewhere.Address}jwks.json", "Content-Length: 0")));

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "issuer_unavailable");
        Assert.Equal(0, elsewhere.ConnectionCount);
    }

    [Fact]
    public async Task Takes_no_key_set_of_more_than_a_mebibyte()
    {
        await using var proxy = await StartAsync("url", issuer => issuer.Server!.Answer = exchange => exchange.SendAsync(
            UpstreamAnswer.Json(200, issuer.Jwks() + new string(' ', 1024 * 1024))));

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "issuer_unavailable");
    }

    /// <summary>What asks for keys says nothing of whose request made it ask.</summary>
    [Fact]
    public async Task Tells_the_issuer_nothing_of_callers()
    {
        await using var proxy = await StartAsync("metadata");
        time.Advance(TimeSpan.FromSeconds(5));
        using var unknown = TestKey.Ec();
        await AskWithAsync(proxy, unknown);

        Assert.Equal(4, proxy.Issuer.Server!.RequestCount);
        Assert.All(proxy.Issuer.Server.Requests, seen =>
        {
            Assert.Empty(seen.Body);
            Assert.Empty(seen.HeaderNames.Except(["host", "traceparent"]));
            UpstreamAssert.HoldsNothingOf(seen, proxy.ApiKey, unknown.Kid);
        });
    }

    private Task<ProxyUnderTest> StartAsync(string source, Action<TestIssuer>? change = null) => KeySources.StartAsync(time, source, change);

    private static Task<RawResponse> AskWithAsync(ProxyUnderTest proxy, TestKey key) => proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft =>
    {
        draft.Key = key;
        (draft.Header["kid"], draft.Header["alg"]) = (key.Kid, key.Alg);
    })));
}
