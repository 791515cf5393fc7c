using System.Globalization;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.Proxy.WireTests.Http2;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>A key where it must not be is told once in the log and counted once. Meters belong to the process, so these run alone.</summary>
[Collection(RunAlone.Name)]
public sealed class AlarmTests
{
    [Fact]
    public async Task Tells_and_counts_an_answer_that_was_blocked()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var before = await CountAsync(proxy, "leaks", "body");
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]"));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin)), "upstream_response_blocked", ProxyUnderTest.Origin);

        await AssertToldAsync(proxy, 1500, "upstream_response_blocked");
        await AssertCountAsync(before + 1, proxy, "leaks", "body");
        Assert.Equal(200, (await AskLawfullyAsync(proxy)).Status);
    }

    [Fact]
    public async Task Tells_and_counts_an_answer_that_was_cut()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var before = await CountAsync(proxy, "leaks", "body");
        await new EchoRun(proxy, proxy.ApiKey).AssertNoLeakAsync([new EchoCase("one", Framing.Chunked, "{", "", proxy.ApiKey)]);

        await AssertToldAsync(proxy, 1500, "answer_cut");
        await AssertCountAsync(before + 1, proxy, "leaks", "body");
        Assert.Equal(200, (await AskLawfullyAsync(proxy)).Status);
    }

    [Fact]
    public async Task Tells_and_counts_a_header_with_a_key()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var before = await CountAsync(proxy, "leaks", "header");
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]", "X-Echo: " + proxy.ApiKey));
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post()), "upstream_response_blocked");

        await AssertToldAsync(proxy, 1500, "upstream_response_blocked");
        await AssertCountAsync(before + 1, proxy, "leaks", "header");
    }

    [Theory]
    [InlineData("target")]
    [InlineData("header")]
    [InlineData("body")]
    public async Task Tells_and_counts_a_request_with_a_key(string where)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var before = await CountAsync(proxy, "exposures", where);
        var request = where switch
        {
            "target" => proxy.Post("/v1/check?key=" + proxy.ApiKey),
            "header" => proxy.Post().With("X-Y", proxy.ApiKey).With("X-Z", proxy.ApiKey),
            _ => proxy.Post(body: $"[\"{proxy.ApiKey}\",\"{proxy.ApiKey}\"]"),
        };
        var answer = await proxy.AskAsync(request);

        Assert.Equal(400, answer.Status);
        await AssertToldAsync(proxy, 1501, answer.Error!.Code);
        await AssertCountAsync(before + 1, proxy, "exposures", where);
    }

    /// <summary>RFC 9113 section 8.1: a stream that was reset is no whole answer.</summary>
    [Fact]
    public async Task Resets_the_stream_of_an_answer_that_was_begun_over_http2()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Tls = true);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var gone = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked") + UpstreamAnswer.Chunk("data: 1\n\n"));
            await exchange.SendAsync(UpstreamAnswer.Chunk($"data: {proxy.ApiKey}\n\n"));
            await exchange.Gone;
            gone.SetResult();
        };
        var answer = await client.AskAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()));

        Assert.Null(answer.Response);
        await gone.Task.InTimeAsync("the end of the upstream call");
        await AssertToldAsync(proxy, 1500, "answer_cut");

        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]"));
        AnswerAssert.Error((await client.AskAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()))).Whole, "upstream_response_blocked", https: true);
    }

    private static async Task<RawResponse> AskLawfullyAsync(ProxyUnderTest proxy)
    {
        proxy.Upstream.Forget();
        return await proxy.AskAsync(proxy.Post());
    }

    private static async Task AssertToldAsync(ProxyUnderTest proxy, int alarm, string decision)
    {
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1100), "the access line");
        var told = Assert.Single(proxy.Logs.Lines, line => line.Id.Id == alarm);
        var line = Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1100);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Critical, told.Level);
        Assert.Contains(decision, line.Message, StringComparison.Ordinal);
        Assert.Contains("an API key", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(proxy.Logs.Lines, line => line.Message.Contains(proxy.ApiKey, StringComparison.Ordinal));
    }

    /// <summary>A scrape may be answered with the one before, made a moment ago.</summary>
    private static async Task AssertCountAsync(int expected, ProxyUnderTest proxy, string what, string where)
    {
        var count = 0;
        await Bounds.UntilAsync(async () => (count = await CountAsync(proxy, what, where)) >= expected, "the alarm in the metrics");
        Assert.Equal(expected, count);
    }

    private static async Task<int> CountAsync(ProxyUnderTest proxy, string what, string where) =>
        (await proxy.ManageAsync("/metrics")).Text.Split('\n')
            .Where(line => line.StartsWith($"fabraix_proxy_key_{what}_", StringComparison.Ordinal) && line.Contains($"fabraix_where=\"{where}\"", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
