using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>The key's quota over the wire, and what the upstream says of it.</summary>
public sealed class KeyQuotaTests
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Refuses_before_the_upstream_would()
    {
        await using var proxy = await StartAsync(perMinute: 4);
        var answers = new List<RawResponse>();
        for (var user = 0; user < 10; user++) answers.Add(await AskAsync(proxy, $"user-{user}"));

        Assert.Equal(4, answers.Count(answer => answer.Status == 200));
        Assert.Equal(4, proxy.Upstream.RequestCount);
        AnswerAssert.Error(answers[^1], "key_quota_exhausted", ProxyUnderTest.Origin);
        Assert.DoesNotContain("received-status", answers[^1].Header("proxy-status"), StringComparison.Ordinal);
        Assert.Equal(answers[^1].Header("retry-after"), answers[^1].Error!.RetryAfter.ToString());
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("too large")]
    public async Task Is_not_used_up_by_requests_that_never_go_up(string kind)
    {
        await using var proxy = await StartAsync(perMinute: 3);
        for (var i = 0; i < 6; i++)
        {
            var request = kind == "too large" ? proxy.Post().Instead("Content-Length", "262145").WithRawBody("") : proxy.Post().WithChunks("{}").WithRawBody("zz\r\n");
            Assert.InRange((await proxy.AskAsync(request)).Status, 400, 413);
        }

        for (var i = 0; i < 3; i++) Assert.Equal(200, (await AskAsync(proxy, $"user-{i}")).Status);
    }

    /// <summary>Else the upstream would still count it when it counts here no more, and refuse somebody else.</summary>
    [Fact]
    public async Task Counts_a_slow_request_from_when_it_goes_up()
    {
        await using var proxy = await StartAsync(perMinute: 1);
        await using var slow = await proxy.ConnectAsync();
        await slow.SendAsync(proxy.Post().Instead("Content-Length", "2").WithRawBody("{").ToString());
        await Bounds.UntilAsync(async () => (await AskAsync(proxy, "two")).Status == 429, "the slow one's place to be taken");
        time.Advance(TimeSpan.FromSeconds(4));
        await slow.SendAsync("}");
        Assert.Equal(200, (await slow.ReceiveAsync()).Status);

        time.Advance(TimeSpan.FromSeconds(58));
        AnswerAssert.Error(await AskAsync(proxy, "two"), "key_quota_exhausted", ProxyUnderTest.Origin);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(200, (await AskAsync(proxy, "two")).Status);
    }

    [Fact]
    public async Task Believes_the_upstreams_429_for_everybody()
    {
        await using var proxy = await StartAsync(perMinute: 1000);
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(429, """{"error":{"message":"Rate limit exceeded","type":"rate_limit_error","retry_after":30}}"""));
        var first = await AskAsync(proxy, "one");
        AnswerAssert.Error(first, "upstream_rate_limited", ProxyUnderTest.Origin);
        Assert.Contains("received-status=429", first.Header("proxy-status"), StringComparison.Ordinal);
        Assert.InRange(first.Error!.RetryAfter!.Value, 30, 37);

        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        var second = await AskAsync(proxy, "two");
        AnswerAssert.Error(second, "key_quota_exhausted", ProxyUnderTest.Origin);
        Assert.InRange(second.Error!.RetryAfter!.Value, 30, 37);
        Assert.Equal(1, proxy.Upstream.RequestCount);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await AskAsync(proxy, "two")).Status);
    }

    [Fact]
    public async Task Tells_a_user_whose_own_limit_is_spent_when_that_is_over()
    {
        await using var proxy = await StartAsync(perMinute: 1000, perUser: 1);
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(429, """{"error":{"retry_after":5}}"""));

        Assert.InRange((await AskAsync(proxy, "one")).Error!.RetryAfter!.Value, 60, 74);
    }

    [Theory]
    [InlineData("RateLimit: \"key\";r=1;t=20")]
    [InlineData("X-RateLimit-Remaining: 1\r\nX-RateLimit-Reset: 20")]
    public async Task Believes_what_the_upstream_says_is_left(string headers)
    {
        await using var proxy = await StartAsync(perMinute: 1000);
        proxy.Upstream.Answer = exchange => exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}\r\nContent-Length: 2\r\n\r\n{{}}");
        var first = await AskAsync(proxy, "one");
        Assert.Equal(200, first.Status);
        Assert.StartsWith("\"user-minute\"", first.Header("ratelimit"), StringComparison.Ordinal);

        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal(200, (await AskAsync(proxy, "two")).Status);
        AnswerAssert.Error(await AskAsync(proxy, "three"), "key_quota_exhausted", ProxyUnderTest.Origin);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await AskAsync(proxy, "three")).Status);
    }

    private Task<ProxyUnderTest> StartAsync(int perMinute, int perUser = 1000) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Time = time;
        setup.Settings["Fabraix:Keys:default:Quota:PerMinute"] = perMinute.ToString();
        setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = perUser.ToString();
    });

    private static Task<RawResponse> AskAsync(ProxyUnderTest proxy, string user) =>
        proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", user))).With("Origin", ProxyUnderTest.Origin));
}
