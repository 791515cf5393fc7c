using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Mint;

/// <summary>What changes under a mint that runs: its keys, its clients' secrets, and the store that holds them.</summary>
public sealed class MintLifeTests : IDisposable
{
    private readonly TestClock clock = new();
    private readonly TestMint mint = new();

    public void Dispose() => mint.Dispose();

    [Fact]
    public async Task Is_off_unless_it_is_configured()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();

        Assert.Equal(404, (await mint.AskAsync(proxy)).Status);
        Assert.Equal(404, (await proxy.ManageAsync("/.well-known/jwks.json")).Status);
        Assert.Equal(404, (await mint.SendAsync(proxy, "/revoke", "subject=user-1")).Status);
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task Signs_with_an_RSA_key_as_the_issuer_prefers(string algorithm)
    {
        mint.Write(TestKey.Rsa());
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            mint.Into(setup);
            setup.Settings["Fabraix:Tokens:Issuers:main:Algorithms:0"] = algorithm;
        });

        Assert.Equal(algorithm, Key(await mint.MintAsync(proxy), "alg"));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: await mint.MintAsync(proxy)))).Status);
    }

    [Fact]
    public async Task Publishes_a_new_key_before_it_signs_and_accepts_tokens_of_the_old_one_to_their_end()
    {
        await using var proxy = await StartAsync();
        var old = await mint.MintAsync(proxy);
        mint.Write(TestKey.Ec());
        await UntilAsync(async () => (await KeysAsync(proxy)).Length == 2, "the new key in the public set");
        Assert.Equal(Key(old), Key(await mint.MintAsync(proxy)));

        clock.Advance(TimeSpan.FromMinutes(10));
        var last = await mint.MintAsync(proxy);
        Assert.NotEqual(Key(old), Key(last));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: last))).Status);
        Assert.Contains(Key(old), await KeysAsync(proxy));

        clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(30));
        await UntilAsync(async () => !(await KeysAsync(proxy)).Contains(Key(old)), "the old key's end");
        Assert.Equal([Key(last)], await KeysAsync(proxy));
    }

    [Fact]
    public async Task Accepts_the_old_secret_for_five_minutes_more()
    {
        await using var proxy = await StartAsync();
        var fresh = Made.ApiKey();
        mint.WriteSecret(fresh);
        await UntilAsync(async () => await StatusAsync(proxy, fresh) == 200, "the new secret");

        Assert.Equal(200, await StatusAsync(proxy, mint.Secret));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((401, 200), (await StatusAsync(proxy, mint.Secret), await StatusAsync(proxy, fresh)));
    }

    [Fact]
    public async Task Goes_on_with_the_last_good_values_while_the_store_is_down_and_says_so()
    {
        await using var proxy = await StartAsync();
        File.Delete(mint.KeyFile);
        File.Delete(mint.SecretFile);
        await UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Text is var ready && ready.Contains("SigningKeys", StringComparison.Ordinal) && ready.Contains("Clients", StringComparison.Ordinal), "the degraded report");

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: await mint.MintAsync(proxy)))).Status);
        var report = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, report.Status);
        Assert.Contains("secret Mint:Clients:web-backend:Secret: the file does not exist", report.Text, StringComparison.Ordinal);
        Assert.Contains("secret Mint:SigningKeys:0: the file does not exist", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_while_the_store_is_down_and_mints_when_it_is_back()
    {
        var key = TestKey.Ec();
        File.Delete(mint.KeyFile);
        File.Delete(mint.SecretFile);
        await using var proxy = await StartAsync();
        Assert.Equal((503, "temporarily_unavailable"), (await AskAsync(proxy), (await mint.AskAsync(proxy)).Error));
        Assert.Equal(503, (await proxy.ManageAsync("/healthz/ready")).Status);
        var set = await proxy.ManageAsync("/.well-known/jwks.json");
        Assert.Equal((503, "no-store", 0), (set.Status, set.Header("cache-control"), set.Body.Length));

        mint.WriteSecret(mint.Secret);
        await UntilAsync(async () => (await mint.AskAsync(proxy)).Text.Contains("signing key", StringComparison.Ordinal), "the secret");
        mint.Write(key);
        await UntilAsync(async () => await AskAsync(proxy) == 200, "the key");
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: await mint.MintAsync(proxy)))).Status);
    }

    [Fact]
    public async Task Tells_no_name_by_a_secret_that_was_never_read()
    {
        File.Delete(mint.SecretFile);
        await using var proxy = await StartAsync();
        var answers = new List<MintAnswer>();
        foreach (var name in (string[])[TestMint.Client, TestMint.Revoker, "nobody"])
            answers.Add(await mint.SendAsync(proxy, "/revoke", "subject=user-1&issuer=main", request => request.Headers.Authorization = TestMint.Basic(name, mint.Secret)));

        Assert.All(answers, answer => Assert.Equal((503, "temporarily_unavailable", answers[0].Text), (answer.Status, answer.Error, answer.Text)));
        Assert.Equal(200, (await mint.SendAsync(proxy, "/revoke", "subject=user-1&issuer=main", request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret))).Status);
    }

    /// <summary>RFC 7009 section 2.2.1: a backend that was told "not revoked" would not ask again.</summary>
    [Theory]
    [InlineData("second", 503, "temporarily_unavailable")]
    [InlineData("main", 200, null)]
    public async Task Says_503_of_a_token_whose_key_may_only_not_have_come_yet(string issuer, int status, string? error)
    {
        const string Second = "https://second.example/";
        await using var provider = new TestIssuer();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            mint.Into(setup);
            setup.Settings["Fabraix:Tokens:Issuers:second:Issuer"] = Second;
            setup.Settings["Fabraix:Tokens:Issuers:second:Audiences:0"] = provider.Audience;
            setup.Settings["Fabraix:Tokens:Issuers:second:Jwks"] = "file:" + provider.JwksFile;
        });
        using var unknown = TestKey.Ec();
        var token = provider.Mint(draft =>
        {
            (draft.Key, draft.Header["kid"]) = (unknown, unknown.Kid);
            draft.Claim("iss", issuer == "main" ? proxy.Issuer.Name : Second);
        });
        var answer = await mint.SendAsync(proxy, "/revoke", "token=" + token, request => request.Headers.Authorization = TestMint.Basic(TestMint.Revoker, mint.RevokerSecret));

        Assert.Equal((status, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Answers_probes_and_scrapes_while_backends_take_all_places()
    {
        await using var proxy = await StartAsync();
        var slow = new List<RawClient>();
        try
        {
            // Each is known by its secret, and then keeps its body back.
            for (var i = 0; i < 64; i++)
            {
                slow.Add(await RawClient.ConnectAsync(proxy.Management));
                await slow[^1].SendAsync(new RequestText("POST", "/token").With("Host", proxy.Management.Authority).With("Authorization", TestMint.Basic(TestMint.Client, mint.Secret).ToString())
                    .With("Content-Type", "application/x-www-form-urlencoded").With("Content-Length", "100").ToString());
            }

            await Bounds.UntilAsync(async () => await AskAsync(proxy) == 503, "the answer that all places are taken");
            foreach (var path in (string[])["/healthz/live", "/healthz/ready", "/metrics", "/.well-known/jwks.json"])
                Assert.Equal(200, (await proxy.ManageAsync(path)).Status);
        }
        finally
        {
            foreach (var client in slow)
                await client.DisposeAsync();
        }

        await Bounds.UntilAsync(async () => await AskAsync(proxy) == 200, "a place");
    }

    [Theory]
    [InlineData("key")]
    [InlineData("secret")]
    public async Task Keeps_the_last_good_value_where_the_store_gives_an_unfit_one(string what)
    {
        await using var proxy = await StartAsync();
        if (what == "key")
            mint.Write(TestKey.Ec("ES512"));
        else
            mint.WriteSecret("too short");
        await UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Text.Contains(what == "key" ? "would not accept" : "32 to 256", StringComparison.Ordinal), "the degraded report");

        Assert.Equal(200, await AskAsync(proxy));
    }

    [Fact]
    public async Task Waits_ten_seconds_for_a_body_and_no_longer()
    {
        await using var proxy = await StartAsync();
        await using var client = await RawClient.ConnectAsync(proxy.Management);
        await client.SendAsync(new RequestText("POST", "/token").With("Host", proxy.Management.Authority).With("Authorization", TestMint.Basic(TestMint.Client, mint.Secret).ToString())
            .With("Content-Type", "application/x-www-form-urlencoded").With("Content-Length", "100").ToString());
        var answer = client.ReceiveAsync();
        await UntilAsync(() => Task.FromResult(answer.IsCompleted), "the answer");

        // The server's own end to slow bodies has the same status, and other words.
        Assert.Equal(408, (await answer).Status);
        Assert.Contains("within 10 seconds", (await answer).Text, StringComparison.Ordinal);
    }

    private Task<ProxyUnderTest> StartAsync() => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Time = clock;
        mint.Into(setup);
    });

    /// <summary>Moves the clock a little each time: a reading follows a change, and never at once.</summary>
    private Task UntilAsync(Func<Task<bool>> condition, string what) => Bounds.UntilAsync(
        () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        what);

    private async Task<int> AskAsync(ProxyUnderTest proxy) => (await mint.AskAsync(proxy)).Status;

    private async Task<int> StatusAsync(ProxyUnderTest proxy, string secret) => (await mint.SendAsync(
        proxy, "/token", "grant_type=client_credentials&subject=user-1", request => request.Headers.Authorization = TestMint.Basic(TestMint.Client, secret))).Status;

    private static async Task<string?[]> KeysAsync(ProxyUnderTest proxy) =>
        [.. JsonSerializer.Deserialize<JsonElement>((await proxy.ManageAsync("/.well-known/jwks.json")).Body).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString())];

    private static string? Key(string token, string member = "kid") =>
        JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])).GetProperty(member).GetString();
}
