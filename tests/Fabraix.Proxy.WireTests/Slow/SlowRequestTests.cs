using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Slow;

/// <summary>Requests that never end, or come in drops: cut off after a bounded time, while others are served. Cases wait side by side.</summary>
public sealed class SlowRequestTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static readonly TimeSpan Drop = TimeSpan.FromMilliseconds(100);

    private readonly ProxyUnderTest proxy = fixture.Proxy;

    [Fact]
    public async Task Cuts_off_heads_that_never_end()
    {
        string[] heads = ["P", "POST /v1/check HTTP/1.1\r\n", "POST /v1/check HTTP/1.1\r\nHost: x\r\nX-Y: ", $"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {proxy.Issuer.Mint()}\r\n"];
        var answers = await Task.WhenAll(heads.SelectMany(head => new[] { AskAsync(head, drop: null), AskAsync(head, "a") }));

        Assert.All(answers, answer => AnswerAssert.Bare(answer, 408));
        await AssertServesOnAsync();
    }

    [Fact]
    public async Task Cuts_off_bodies_that_never_end()
    {
        var announced = proxy.Post().Instead("Content-Length", "1000").WithRawBody("{").ToString();
        var chunked = proxy.Post().WithChunks("{}").WithRawBody("1\r\n{\r\n").ToString();
        var begun = proxy.Post().WithChunks("{}").WithRawBody("1000\r\n{").ToString();
        var answers = await Task.WhenAll(AskAsync(announced, drop: null), AskAsync(announced, " "), AskAsync(chunked, drop: null), AskAsync(chunked, "1\r\n \r\n"), AskAsync(begun, " "));

        Assert.All(answers, answer => AnswerAssert.Error(answer, "request_timeout"));
        Assert.All(answers, answer => Assert.True(answer.Closes));
        await AssertServesOnAsync();
    }

    [Fact]
    public async Task Cuts_off_a_stream_of_HTTP_2_whose_body_never_ends()
    {
        await using var secure = await ProxyUnderTest.StartAsync(setup => setup.Tls = true);
        await using var client = await RawHttp2.ConnectAsync(secure.Address);
        var id = await client.SendAsync(Http2Head.Post("/v1/check", "x", secure.Issuer.Mint()), body: null);
        await client.SendDataAsync(id, "{", last: false);

        // The rate is the connection's: the server leaves it as a whole.
        Assert.Null((await client.ReceiveAsync(id)).Response);
        await client.Ended.InTimeAsync("the end of the connection");
        Assert.Equal(0, secure.Upstream.ConnectionCount);
    }

    private async Task AssertServesOnAsync()
    {
        proxy.Upstream.Forget();
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        Assert.Equal(1, proxy.Upstream.RequestCount);
        Assert.Empty(proxy.Upstream.Unfinished);
    }

    /// <summary>Sends a beginning and then, if there is one, a drop at a time, far below the least rate, until the server has enough.</summary>
    private async Task<RawResponse> AskAsync(string beginning, string? drop)
    {
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(beginning);
        using var stop = new CancellationTokenSource();
        var dropping = drop is null ? Task.CompletedTask : DropAsync(client, drop, stop.Token);
        var answer = await client.ReceiveAsync();
        await stop.CancelAsync();
        await dropping;
        return answer;
    }

    private static async Task DropAsync(RawClient client, string drop, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Drop);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await client.SendAsync(drop);
        }
        catch (OperationCanceledException)
        {
            // The answer is there.
        }
    }
}
