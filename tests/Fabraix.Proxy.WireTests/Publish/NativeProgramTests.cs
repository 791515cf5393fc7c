using System.Diagnostics;
using System.Globalization;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Publish;

/// <summary>The program as the image holds it, compiled ahead of time: it builds without a warning, and does what the others do.</summary>
[Collection(RunWhenPublished.Name)]
[Trait("Publish", "native")]
public sealed class NativeProgramTests
{
    [Fact(Timeout = 600_000)]
    public async Task Builds_without_a_warning_forwards_and_stops_on_SIGTERM()
    {
        NativeBuild.SkipWhereImpossible();
        RedisProcess.SkipWhereMissing();
        using var build = await NativeBuild.OfTheseSourcesAsync(TestContext.Current.CancellationToken);
        Assert.True(build.ExitCode == "0", build.Output);
        Assert.DoesNotContain("warning", build.Output, StringComparison.OrdinalIgnoreCase);

        await using var upstream = RecordingUpstream.Start();
        await using var issuer = new TestIssuer();
        var (key, token) = (Made.ApiKey(), issuer.Mint());
        await using (var proxy = await ProxyProcess.StartAsync(build.Program.FullName, [], Variables(key, upstream, issuer)))
        {
            AssertForwarded(await AskAsync(proxy, token), upstream.Only(), key, token);
            await AssertRefusesAsync(proxy, token);
            Assert.Equal(1, upstream.RequestCount);
            Assert.Equal(0, await proxy.TerminateAsync());
            Assert.Equal(3, proxy.Lines.Count(line => line.Contains("\"event\":1100,", StringComparison.Ordinal)));
        }

        // Again, now that the test itself is compiled: its own first steps would count otherwise.
        var clock = Stopwatch.StartNew();
        await using var second = await ProxyProcess.StartAsync(build.Program.FullName, [], Variables(key, upstream, issuer));
        Assert.Equal(200, (await AskAsync(second, token)).Status);
        Report(build, second, clock.Elapsed);
        Assert.Equal(0, await second.TerminateAsync());
        await AssertReadsByWebIdentityAsync(build, upstream, issuer, token);
        await AssertAsksRedisAsync(build, upstream, issuer);
    }

    /// <summary>Redis' client is trimmed, too: it connects, runs scripts and follows a channel.</summary>
    private static async Task AssertAsksRedisAsync(NativeBuild build, RecordingUpstream upstream, TestIssuer issuer)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(build.Program.FullName, [], new Dictionary<string, string>(Variables(Made.ApiKey(), upstream, issuer)) { ["Fabraix__RateLimits__Store"] = redis.Store });
        await Bounds.UntilAsync(async () => (await ReadyAsync(proxy)).Text.Contains("\"status\":\"ready\"", StringComparison.Ordinal), "Redis to be asked");
        Assert.Equal("1", await redis.CommandAsync("ZCARD", "{fabraix}:replicas"));
        Assert.EndsWith("1", await redis.CommandAsync("PUBSUB", "NUMSUB", "{fabraix}:revoked:news"), StringComparison.Ordinal);
        Assert.Equal(0, await proxy.TerminateAsync());
        Assert.Equal("0", await redis.CommandAsync("ZCARD", "{fabraix}:replicas"));
    }

    private static async Task<RawResponse> ReadyAsync(ProxyProcess proxy)
    {
        await using var management = await RawClient.ConnectAsync(proxy.Management);
        return await management.AskAsync(new RequestText("GET", "/healthz/ready").With("Host", management.Host).ToString());
    }

    /// <summary>AWS's library finds parts of itself by reflection, unless it is told where they are: only a trimmed program shows a slip.</summary>
    private static async Task AssertReadsByWebIdentityAsync(NativeBuild build, RecordingUpstream upstream, TestIssuer issuer, string token)
    {
        await using var store = await AwsSecretsManagerFake.StartAsync();
        await using var sts = await AwsStsFake.StartAsync(store.Account);
        var (name, key) = (store.NewName(), Made.ApiKey());
        store.Put(name, key);
        await using var proxy = await ProxyProcess.StartAsync(build.Program.FullName, [], new Dictionary<string, string>([.. Variables(key, upstream, issuer), .. sts.Environment])
        {
            ["FABRAIX_API_KEY"] = "",
            [store.EndpointVariable] = store.Endpoint,
            ["Fabraix__Keys__default__Secret"] = store.Reference(name),
            ["Fabraix__Keys__default__RefreshInterval"] = "1s",
        });
        await Bounds.UntilAsync(() => store.Reads >= 2, "the key's readings");
        Assert.Equal(200, (await AskAsync(proxy, token)).Status);
        Assert.True(upstream.Requests[^1].Header("x-api-key") == key, "x-api-key is not the store's key");
        Assert.Equal(1, sts.Reads);
    }

    private static Dictionary<string, string> Variables(string key, RecordingUpstream upstream, TestIssuer issuer) => new()
    {
        ["FABRAIX_API_KEY"] = key,
        ["Fabraix__Upstream__Address"] = upstream.Address.GetLeftPart(UriPartial.Authority),
        ["Fabraix__Tokens__Issuers__main__Issuer"] = issuer.Name,
        ["Fabraix__Tokens__Issuers__main__Audiences__0"] = issuer.Audience,
        ["Fabraix__Tokens__Issuers__main__Jwks"] = "file:" + issuer.JwksFile,
        ["Fabraix__Browser__Origins__0"] = ProxyUnderTest.Origin,
    };

    private static async Task<RawResponse> AskAsync(ProxyProcess proxy, string token)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Address);
        return await client.AskAsync(RequestText.Post("/v1/check", client.Host, token, """{"input":"x"}""").With("Origin", ProxyUnderTest.Origin).ToString());
    }

    private static void AssertForwarded(RawResponse answer, RecordedRequest seen, string key, string token)
    {
        Assert.Equal((200, """{"is_safe":true}"""), (answer.Status, answer.Text));
        AnswerAssert.Common(answer, ProxyUnderTest.Origin);
        Assert.Equal("POST /v1/check HTTP/1.1", seen.RequestLine);
        Assert.Equal(["accept-encoding", "content-length", "content-type", "host", "x-api-key", "x-request-id"], seen.HeaderNames);
        Assert.True(seen.Header("x-api-key") == key, "x-api-key is not the configured key");
        Assert.Equal("""{"input":"x"}"""u8.ToArray(), seen.Body);
        UpstreamAssert.HoldsNothingOf(seen, token.Split('.')[2], ProxyUnderTest.Origin);
    }

    private static async Task AssertRefusesAsync(ProxyProcess proxy, string token)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Address);
        AnswerAssert.Error(await client.AskAsync(RequestText.Post("/v1/check", client.Host, token + "x").ToString()), "token_invalid");
        // A bare LF ends no line: the switch for it is in the native program, too.
        var answer = await client.AskAsync(RequestText.Post("/v1/check", client.Host, token).With("X-Y", "a\nb: c").ToString());
        AnswerAssert.Bare(answer, 400);

        await using var other = await RawClient.ConnectAsync(proxy.Address);
        AnswerAssert.Error(await other.AskAsync(RequestText.Post("/v1/check?x=1", other.Host, token).ToString()), "invalid_request_target");
        Assert.Equal(200, (await ReadyAsync(proxy)).Status);
    }

    private static void Report(NativeBuild build, ProxyProcess proxy, TimeSpan start)
    {
        var resident = File.ReadLines($"/proc/{proxy.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = int.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"native: first answer {start.TotalMilliseconds:0} ms after the start, {kibibytes / 1024.0:0.0} MiB resident, {build.Program.Length / 1048576.0:0.0} MiB on disk"));
    }
}
