using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>An issuer speaks for its own users only: its keys verify no other's tokens, and its absence touches no other.</summary>
public sealed class TwoIssuersTests : IAsyncLifetime
{
    private readonly TestIssuer second = new(name: "https://second.example/");
    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() => proxy = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Accepts_the_tokens_of_both()
    {
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: second.Mint()))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refuses_a_token_of_one_that_the_other_signed(bool underTheRightKid)
    {
        var token = proxy.Issuer.Mint(draft =>
        {
            draft.Key = second.Key;
            if (!underTheRightKid) draft.Header["kid"] = second.Key.Kid;
        });

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: token)), "token_invalid");
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Tells_keys_apart_that_both_call_by_the_same_kid()
    {
        var ours = proxy.Issuer.Add(TestKey.Ec(kid: "shared"));
        var theirs = second.Add(TestKey.Ec(kid: "shared"));
        await using var other = await StartAsync(proxy.Issuer);

        Assert.Equal(200, (await other.AskAsync(other.Post(token: Signed(proxy.Issuer, ours)))).Status);
        Assert.Equal(200, (await other.AskAsync(other.Post(token: Signed(second, theirs)))).Status);
        AnswerAssert.Error(await other.AskAsync(other.Post(token: Signed(proxy.Issuer, theirs))), "token_invalid");
        AnswerAssert.Error(await other.AskAsync(other.Post(token: Signed(second, ours))), "token_invalid");
    }

    [Fact]
    public async Task Holds_each_to_its_own_audience()
    {
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("aud", "second-audience")))), "token_invalid");
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: second.Mint(draft => draft.Claim("aud", "second-audience"))))).Status);
    }

    /// <summary>RFC 7519 section 4.1.2: a subject means something only together with its issuer.</summary>
    [Fact]
    public async Task Counts_users_of_the_same_name_apart()
    {
        await using var other = await StartAsync(proxy.Issuer, setup => setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = "1");

        Assert.Equal(200, (await other.AskAsync(other.Post())).Status);
        AnswerAssert.Error(await other.AskAsync(other.Post()), "user_rate_limited");
        Assert.Equal(200, (await other.AskAsync(other.Post(token: second.Mint()))).Status);
    }

    [Fact]
    public async Task Serves_the_users_of_one_while_the_keys_of_the_other_are_missing()
    {
        await using var other = await StartAsync(proxy.Issuer, setup => setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = "file:" + second.JwksFile + ".none");

        Assert.Equal(200, (await other.AskAsync(other.Post())).Status);
        AnswerAssert.Error(await other.AskAsync(other.Post(token: second.Mint())), "issuer_unavailable");
    }

    /// <summary>At the start, and while users of the one that hangs ask for an unknown key: the other's users get their answers.</summary>
    [Fact]
    public async Task Serves_the_users_of_one_while_the_provider_of_the_other_hangs()
    {
        second.Serve();
        second.Server!.Answer = static exchange => exchange.Gone;
        var began = TimeProvider.System.GetTimestamp();
        await using var other = await StartAsync(proxy.Issuer, setup => setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = second.JwksUrl);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(9));

        var hanging = Enumerable.Range(0, 50).Select(_ => other.AskAsync(other.Post(token: second.Mint()))).ToArray();
        await Bounds.UntilAsync(() => second.Server.RequestCount >= 2, "a question to the provider that hangs");
        began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++) Assert.Equal(200, (await other.AskAsync(other.Post())).Status);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(hanging, answer => answer.IsCompletedSuccessfully && answer.Result.Status == 200);

        Assert.All(await Task.WhenAll(hanging), answer => AnswerAssert.Error(answer, "issuer_unavailable"));
    }

    private static string Signed(TestIssuer issuer, TestKey key) => issuer.Mint(draft => (draft.Key, draft.Header["kid"]) = (key, key.Kid));

    private Task<ProxyUnderTest> StartAsync(TestIssuer? main = null, Action<ProxySetup>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        if (main is not null) setup.Issuer = main;
        setup.Settings["Fabraix:Tokens:Issuers:second:Issuer"] = second.Name;
        setup.Settings["Fabraix:Tokens:Issuers:second:Audiences:0"] = second.Audience;
        setup.Settings["Fabraix:Tokens:Issuers:second:Audiences:1"] = "second-audience";
        setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = "file:" + second.JwksFile;
        change?.Invoke(setup);
    });
}
