using System.Net;
using System.Net.Sockets;
using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>An upstream that gives no answers is left alone, and found again.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task Leaves_an_upstream_alone_that_refuses_connections_and_finds_it_again_within_five_seconds()
    {
        // Bound and not listening: whoever comes is refused, and nobody else is given the port.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Address"] = $"http://{held.LocalEndPoint}");
        for (var i = 0; i < 5; i++) AssertRefused(await AskAsync(proxy), "upstream_unreachable", "connection_refused", retryAfter: false);

        AssertRefused(await AskAsync(proxy), "upstream_unreachable", "connection_refused");
        Assert.Equal("circuit: open", LastRule(proxy));
        Assert.Equal(1, proxy.Logs.Lines.Count(line => line.Id == 2000));
        Assert.Contains("upstream: no answer for", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.ManageAsync("/healthz/ready")).Status);

        held.Listen();
        await Task.WhenAll(
            AnswerOnceAsync(held),
            Bounds.UntilAsync(async () => (await AskAsync(proxy)).Status == 200, "an answer", TimeSpan.FromSeconds(5)));
        Assert.Equal(1, proxy.Logs.Lines.Count(line => line.Id == 2001));
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }

    [Fact]
    public async Task Leaves_a_black_hole_alone()
    {
        // A listener whose queue is full and that never accepts: the handshake of any further connection gets no answer.
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)hole.LocalEndPoint!, TestContext.Current.CancellationToken);
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Upstream:Address"] = $"http://{hole.LocalEndPoint}";
            setup.Settings["Fabraix:Upstream:ConnectTimeout"] = "1s";
        });
        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync(proxy))))
            AssertRefused(answer, "upstream_timeout", "connection_timeout", retryAfter: false);

        var before = TimeProvider.System.GetTimestamp();
        AssertRefused(await AskAsync(proxy), "upstream_timeout", "connection_timeout");
        Assert.InRange(TimeProvider.System.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task Sends_nothing_while_it_is_open_and_one_request_at_a_time_after_that()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var proxy = await StartAsync(time);
        await OpenAsync(proxy);
        var sent = proxy.Upstream.RequestCount;
        for (var i = 0; i < 5; i++) AssertRefused(await AskAsync(proxy, $"user-{i}"), "upstream_unreachable", "http_protocol_error");
        Assert.Equal(sent, proxy.Upstream.RequestCount);

        var release = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await release.Task;
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        time.Advance(TimeSpan.FromSeconds(5));
        var probe = AskAsync(proxy, "probe");
        await Bounds.UntilAsync(() => proxy.Upstream.RequestCount == sent + 1, "the probe at the upstream");
        for (var i = 10; i < 15; i++) AssertRefused(await AskAsync(proxy, $"user-{i}"), "upstream_unreachable", "http_protocol_error");
        Assert.Equal(sent + 1, proxy.Upstream.RequestCount);

        release.SetResult();
        Assert.Equal(200, (await probe).Status);
        Assert.Equal(200, (await AskAsync(proxy, "user-1")).Status);
    }

    [Fact]
    public async Task Uses_nothing_of_the_keys_quota_for_what_it_refuses()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Settings["Fabraix:Keys:default:Quota:PerMinute"] = "8";
        });
        await OpenAsync(proxy);
        for (var i = 0; i < 20; i++) AssertRefused(await AskAsync(proxy, $"user-{i}"), "upstream_unreachable", "http_protocol_error");

        time.Advance(TimeSpan.FromSeconds(5));
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        for (var i = 20; i < 23; i++) Assert.Equal(200, (await AskAsync(proxy, $"user-{i}")).Status);
        AnswerAssert.Error(await AskAsync(proxy, "user-23"), "key_quota_exhausted", ProxyUnderTest.Origin);
    }

    [Fact]
    public async Task Gives_the_place_of_a_probe_whose_client_went_away_to_the_next()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var proxy = await StartAsync(time);
        await OpenAsync(proxy);
        time.Advance(TimeSpan.FromSeconds(5));
        var sent = proxy.Upstream.RequestCount;
        proxy.Upstream.Answer = exchange => exchange.Gone;
        var client = await proxy.ConnectAsync();
        await client.SendAsync(Request(proxy, "probe").ToString());
        await Bounds.UntilAsync(() => proxy.Upstream.RequestCount == sent + 1, "the probe at the upstream");
        client.Abort();

        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        await Bounds.UntilAsync(async () => (await AskAsync(proxy, "next")).Status == 200, "the next probe's answer");
    }

    [Fact]
    public async Task Is_not_opened_for_others_by_one_user_whose_requests_end_without_an_answer()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = LeaveAsync;
        for (var i = 0; i < 20; i++) AssertRefused(await AskAsync(proxy, "one"), "upstream_unreachable", "http_protocol_error", retryAfter: false);

        Assert.Equal(20, proxy.Upstream.RequestCount);
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal(200, (await AskAsync(proxy, "two")).Status);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(401)]
    [InlineData(302)]
    public async Task Takes_any_answer_for_one(int status)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, "{}"));
        for (var i = 0; i < 8; i++) Assert.InRange((await AskAsync(proxy, $"user-{i}")).Status, 500, 504);

        Assert.Equal(8, proxy.Upstream.RequestCount);
        Assert.DoesNotContain(proxy.Logs.Lines, line => line.Id == 2000);
    }

    [Fact]
    public async Task Takes_an_answer_that_is_cut_behind_its_head_for_one()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/json", "Content-Length: 10"));
            exchange.Close();
        };
        for (var i = 0; i < 8; i++) Assert.Equal(502, (await AskAsync(proxy, $"user-{i}")).Status);

        Assert.Equal(8, proxy.Upstream.RequestCount);
    }

    private static async Task OpenAsync(ProxyUnderTest proxy)
    {
        proxy.Upstream.Answer = LeaveAsync;
        for (var i = 0; i < 5; i++) AssertRefused(await AskAsync(proxy, $"opener-{i}"), "upstream_unreachable", "http_protocol_error", retryAfter: false);
    }

    private static async Task AnswerOnceAsync(Socket listener)
    {
        using var socket = await listener.AcceptAsync().InTimeAsync("the proxy's next connection");
        var request = "";
        var buffer = new byte[4096];
        while (!request.EndsWith("{}", StringComparison.Ordinal)) request += Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer).InTimeAsync("the request"));
        await socket.SendAsync(Encoding.Latin1.GetBytes(UpstreamAnswer.Json(200, "{}", "Connection: close")));
    }

    private static Task LeaveAsync(UpstreamExchange exchange)
    {
        exchange.Close();
        return Task.CompletedTask;
    }

    private static Task<ProxyUnderTest> StartAsync(TimeProvider time) => ProxyUnderTest.StartAsync(setup => setup.Time = time);

    private static RequestText Request(ProxyUnderTest proxy, string user) =>
        proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", user))).With("Origin", ProxyUnderTest.Origin);

    private static Task<RawResponse> AskAsync(ProxyUnderTest proxy, string user = "one") => proxy.AskAsync(Request(proxy, user));

    private static void AssertRefused(RawResponse answer, string code, string proxyError, bool retryAfter = true)
    {
        AnswerAssert.Error(answer, code, ProxyUnderTest.Origin);
        Assert.Contains($"error={proxyError};", answer.Header("proxy-status"), StringComparison.Ordinal);
        Assert.Equal(retryAfter, answer.Header("retry-after") is not null);
        if (retryAfter) Assert.InRange(int.Parse(answer.Header("retry-after")!), 1, 6);
    }

    private static string LastRule(ProxyUnderTest proxy) => proxy.Logs.Lines.Last(line => line.Id == 1100).Field("Rule");
}
