using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>The caps on requests under way: who is refused, and that each leaves exactly once, however its answer ends.</summary>
public sealed class InFlightTests
{
    [Fact]
    public async Task Refuses_more_than_the_total_at_once_and_takes_them_again_when_one_has_ended()
    {
        await using var proxy = await StartAsync(total: 2, perUser: 2);
        using var held = new Held(proxy);
        await using var one = await held.AskAsync("one");
        await using var two = await held.AskAsync("two");

        var refused = await proxy.AskAsync(Request(proxy, "three"));
        AnswerAssert.Error(refused, "overloaded", ProxyUnderTest.Origin);
        Assert.InRange(int.Parse(refused.Header("retry-after")!), 1, 3);
        Assert.Equal("in flight: RateLimits:InFlight:Total", Rule(proxy));
        Assert.Equal(2, proxy.Upstream.RequestCount);

        held.Release();
        Assert.Equal(200, (await one.ReceiveAsync()).Status);
        await EmptyAsync(proxy, refused: false);
        Assert.Equal(200, (await proxy.AskAsync(Request(proxy, "three"))).Status);
    }

    [Fact]
    public async Task Refuses_one_user_and_counts_it_against_no_window_of_theirs()
    {
        await using var proxy = await StartAsync(total: 10, perUser: 1);
        using var held = new Held(proxy);
        await using var one = await held.AskAsync("one");

        var refused = await proxy.AskAsync(Request(proxy, "one"));
        AnswerAssert.Error(refused, "overloaded", ProxyUnderTest.Origin);
        Assert.Null(refused.Header("ratelimit"));
        Assert.Equal("in flight: RateLimits:InFlight:PerUser", Rule(proxy));
        await using var two = await held.AskAsync("two");
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Goes_on_answering_preflights_so_that_the_page_can_read_its_refusal()
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        using var held = new Held(proxy);
        await using var one = await held.AskAsync("one");

        var preflight = new RequestText("OPTIONS", "/v1/check").With("Host", proxy.Address.Authority).With("Origin", ProxyUnderTest.Origin)
            .With("Access-Control-Request-Method", "POST");
        Assert.Equal(204, (await proxy.AskAsync(preflight)).Status);
        AnswerAssert.Error(await proxy.AskAsync(Request(proxy, "two")), "overloaded", ProxyUnderTest.Origin);
    }

    [Fact]
    public async Task Gives_back_the_place_of_a_client_that_went_away_before_the_answer()
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        using var held = new Held(proxy);
        var one = await held.AskAsync("one");
        one.Abort();

        await EmptyAsync(proxy);
    }

    [Fact]
    public async Task Gives_back_the_place_of_a_client_that_went_away_in_the_middle_of_it()
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked") + UpstreamAnswer.Chunk("data: 1\n\n"));
            await exchange.Gone;
        };
        var client = await proxy.ConnectAsync();
        await client.SendAsync(Request(proxy, "one").ToString());
        await client.ReceiveHeadAsync();
        Assert.Equal((1, 1), Now(proxy));
        client.Abort();

        await EmptyAsync(proxy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\npart")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")]
    public async Task Gives_back_the_place_of_an_answer_that_is_none_is_cut_or_blocked(string part)
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(part);
            exchange.Close();
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Request(proxy, "one").ToString());

        await Bounds.UntilAsync(() => proxy.Upstream.RequestCount == 1, "the request at the upstream");
        await EmptyAsync(proxy);
    }

    [Fact]
    public async Task Gives_back_the_places_of_refused_requests()
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        foreach (var request in new[]
        {
            Request(proxy, "one").Without("Authorization"),
            Request(proxy, "one").Instead("Content-Type", "text/plain"),
            Request(proxy, "one").Instead("Content-Length", "262145").WithRawBody(""),
            proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("scope", "other"))),
        })
        {
            Assert.InRange((await proxy.AskAsync(request)).Status, 400, 499);
            await EmptyAsync(proxy);
        }
    }

    [Fact]
    public async Task Gives_back_the_place_of_a_body_that_never_came_whole()
    {
        await using var proxy = await StartAsync(total: 1, perUser: 1);
        var client = await proxy.ConnectAsync();
        await client.SendAsync(Request(proxy, "one").Instead("Content-Length", "100").ToString());
        await Bounds.UntilAsync(() => Now(proxy) == (1, 1), "the request under way");
        client.Abort();

        await EmptyAsync(proxy);
    }

    [Fact]
    public async Task Gives_back_the_place_of_a_request_that_met_a_bug()
    {
        var clock = new FailingClock();
        await using var proxy = await StartAsync(total: 1, perUser: 1, setup => setup.Time = clock);
        var request = Request(proxy, "one");
        clock.Fails = true;
        AnswerAssert.Error(await proxy.AskAsync(request), "internal_error", ProxyUnderTest.Origin);
        clock.Fails = false;

        await EmptyAsync(proxy);
    }

    [Fact]
    public async Task Gives_back_the_places_of_streams_that_are_reset_over_HTTP_2()
    {
        await using var proxy = await StartAsync(total: 50, perUser: 50, setup => setup.Tls = true);
        proxy.Upstream.Answer = exchange => exchange.Gone;
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        for (var round = 0; round < 3; round++)
        {
            var streams = new List<int>();
            for (var i = 0; i < 20; i++) streams.Add(await client.SendAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint())));
            await Bounds.UntilAsync(() => Now(proxy) == (20, 1), "twenty streams under way");
            foreach (var stream in streams) await client.ResetAsync(stream);
            await EmptyAsync(proxy, refused: false);
        }
    }

    private static Task<ProxyUnderTest> StartAsync(int total, int perUser, Action<ProxySetup>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Settings["Fabraix:RateLimits:InFlight:Total"] = total.ToString();
        setup.Settings["Fabraix:RateLimits:InFlight:PerUser"] = perUser.ToString();
        change?.Invoke(setup);
    });

    private static RequestText Request(ProxyUnderTest proxy, string user) =>
        proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", user))).With("Origin", ProxyUnderTest.Origin);

    private static (int Total, int Users) Now(ProxyUnderTest proxy) =>
        (proxy.Services.GetRequiredService<InFlightStep>().Now, proxy.Services.GetRequiredService<InFlightOfUserStep>().Users);

    /// <summary>Waits until nobody is counted any more; a count that had gone below nothing would let one more in than the cap.</summary>
    private static async Task EmptyAsync(ProxyUnderTest proxy, bool refused = true)
    {
        await Bounds.UntilAsync(() => Now(proxy) == (0, 0), "the places back");
        if (!refused) return;
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal(200, (await proxy.AskAsync(Request(proxy, "one"))).Status);
        await Bounds.UntilAsync(() => Now(proxy) == (0, 0), "the places back once more");
    }

    private static string Rule(ProxyUnderTest proxy) => proxy.Logs.Lines.Last(line => line.Id == 1100 && line.Field("Decision") == "overloaded").Field("Rule");

    /// <summary>An upstream that answers when it is told to.</summary>
    private sealed class Held : IDisposable
    {
        private readonly TaskCompletionSource release = new();
        private readonly ProxyUnderTest proxy;

        public Held(ProxyUnderTest proxy)
        {
            this.proxy = proxy;
            proxy.Upstream.Answer = async exchange =>
            {
                await Task.WhenAny(release.Task, exchange.Gone);
                await RecordingUpstream.DefaultAnswer(exchange);
            };
        }

        /// <summary>Sends a request, and comes back when the upstream has it.</summary>
        public async Task<RawClient> AskAsync(string user)
        {
            var before = proxy.Upstream.RequestCount;
            var client = await proxy.ConnectAsync();
            await client.SendAsync(Request(proxy, user).ToString());
            await Bounds.UntilAsync(() => proxy.Upstream.RequestCount == before + 1, "the request at the upstream");
            return client;
        }

        public void Release() => release.TrySetResult();

        public void Dispose() => Release();
    }

    private sealed class FailingClock : TimeProvider
    {
        public bool Fails { get; set; }

        public override DateTimeOffset GetUtcNow() => Fails ? throw new InvalidTimeZoneException("A clock that fails") : base.GetUtcNow();
    }
}
