using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>The provider is away, or gives what is no key set: users with a known key notice nothing, for as long as KeepLastGood says.</summary>
public sealed class ProviderOutageTests : IAsyncLifetime
{
    private readonly TestClock time = new();
    private ProxyUnderTest proxy = null!;

    public static TheoryData<string, string> Answers => new()
    {
        { "an error", "answered 500" },
        { "a redirect", "answered 302" },
        { "10 MB", "is larger than 1 MiB" },
        { "10 MB without a length", "is larger than 1 MiB" },
        { "half of it", "broke off (ResponseEnded)" },
        { "no JSON", "is not JSON" },
        { "JSON that is cut off", "is not JSON" },
        { "no key", "No key in it is usable" },
        { "no key that is fit", "for signatures (use)" },
        { "another document", "is not a JWK Set" },
        { "a reset", "could not be reached" },
        { "a drip", "did not answer within 5 s" },
        { "nothing", "did not answer within 5 s" },
    };

    public async ValueTask InitializeAsync() => proxy = await ProxyUnderTest.StartAsync(setup =>
    {
        setup.Time = time;
        setup.Issuer.Serve();
        setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = setup.Issuer.JwksUrl;
        setup.Settings["Fabraix:Tokens:Issuers:main:KeepLastGood"] = "15m";
    });

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Leaves_the_last_good_set_in_use_and_says_why(string answer, string why)
    {
        await using var elsewhere = RecordingUpstream.Start();
        var began = new TaskCompletionSource();
        proxy.Issuer.Server!.Answer = async exchange =>
        {
            began.TrySetResult();
            await AnswerAsync(answer, exchange, elsewhere);
        };
        await time.PassAsync(TimeSpan.FromMinutes(5));
        await began.Task.InTimeAsync("the question to the provider");
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        if (why.Contains("within 5 s", StringComparison.Ordinal)) time.Advance(TimeSpan.FromSeconds(5));

        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1300), "a word about the outage");
        var log = Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1300).Message;
        Assert.StartsWith("Signing keys of issuer main could not be fetched: ", log, StringComparison.Ordinal);
        Assert.Contains(why, log, StringComparison.Ordinal);
        Assert.Contains("1 of the last good set stay in use", log, StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Equal(0, elsewhere.ConnectionCount);
    }

    [Fact]
    public async Task Of_ten_minutes_fails_no_request_and_of_longer_than_the_limit_all()
    {
        proxy.Issuer.Server!.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };
        var remembered = proxy.Issuer.Mint(draft => draft.Claim("exp", draft.Payload["iat"]!.GetValue<long>() + 900));
        for (var second = 0; second < 600; second += 5)
        {
            Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
            Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: remembered))).Status);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        await Bounds.UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Text.Contains("The keys in use are 10m old.", StringComparison.Ordinal), "the age of the keys");
        Assert.Equal(200, (await proxy.ManageAsync("/healthz/ready")).Status);

        time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(token: remembered))).Status);
        time.Advance(TimeSpan.FromMilliseconds(1));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "issuer_unavailable");
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(token: remembered)), "issuer_unavailable");
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("KeepLastGood is 15m", ready.Text, StringComparison.Ordinal);
    }

    private async Task AnswerAsync(string answer, UpstreamExchange exchange, RecordingUpstream elsewhere)
    {
        switch (answer)
        {
            case "a reset":
                exchange.Reset();
                return;
            case "a drip":
                await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Length: 10000000"));
                while (!exchange.Gone.IsCompleted) await exchange.SendAsync(" ");
                return;
            case "nothing":
                await exchange.Gone;
                return;
            case "half of it":
                await exchange.SendAsync(UpstreamAnswer.Json(200, """{"keys":[]}""").Replace("Length: 11", "Length: 400", StringComparison.Ordinal));
                exchange.Close();
                return;
            default:
                await exchange.SendAsync(Text(answer, elsewhere));
                return;
        }
    }

    private string Text(string answer, RecordingUpstream elsewhere) => answer switch
    {
        "an error" => UpstreamAnswer.Json(500, "{}"),
        "a redirect" => UpstreamAnswer.Json(302, "{}", $"Location: {elsewhere.Address}jwks.json"),
        "10 MB" => UpstreamAnswer.Json(200, new string(' ', 10_000_000)),
        "10 MB without a length" => UpstreamAnswer.Chunked(200, [.. Enumerable.Repeat(new string(' ', 100_000), 100)]),
        "no JSON" => UpstreamAnswer.Json(200, "<html>"),
        "JSON that is cut off" => UpstreamAnswer.Json(200, """{"keys":["""),
        "no key" => UpstreamAnswer.Json(200, """{"keys":[]}"""),
        "no key that is fit" => UpstreamAnswer.Json(200, $$"""{"keys":[{"kty":"RSA","kid":"{{proxy.Issuer.Key.Kid}}","use":"enc","n":"AQAB","e":"AQAB"}]}"""),
        _ => UpstreamAnswer.Json(200, """{"issuer":"https://login.example/"}"""),
    };
}
