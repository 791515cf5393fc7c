using System.Net;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Edge;

/// <summary>X-Forwarded-For and -Proto count from trusted proxies only, read from the right.</summary>
public sealed class TrustedProxyTests
{
    private static readonly IPAddress Trusted = IPAddress.Parse("127.0.0.99");

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    [InlineData("ftp", false)]
    [InlineData("https, http", false)]
    public async Task Sends_HSTS_where_a_trusted_proxy_says_https(string scheme, bool secure)
    {
        await using var proxy = await StartAsync();
        var answer = await AskAsync(proxy, Trusted, proxy.Post().With("X-Forwarded-Proto", scheme).With("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(200, answer.Status);
        AnswerAssert.Common(answer, https: secure);
    }

    [Fact]
    public async Task Sends_no_HSTS_on_a_strangers_word()
    {
        await using var proxy = await StartAsync();
        var answer = await AskAsync(proxy, IPAddress.Loopback, proxy.Post().With("X-Forwarded-Proto", "https").With("X-Forwarded-For", "203.0.113.7"));

        AnswerAssert.Common(answer, https: false);
    }

    [Fact]
    public async Task Sends_no_HSTS_where_nobody_is_trusted()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var answer = await proxy.AskAsync(proxy.Post().With("X-Forwarded-Proto", "https").With("X-Forwarded-For", "127.0.0.1").With("Forwarded", "proto=https"));

        AnswerAssert.Common(answer, https: false);
    }

    [Fact]
    public async Task Counts_the_clients_behind_a_trusted_proxy_each_by_itself()
    {
        await using var proxy = await StartAsync(perMinute: 1);

        Assert.Equal(200, (await AskAsync(proxy, Trusted, For(proxy, "203.0.113.1"))).Status);
        Assert.Equal(200, (await AskAsync(proxy, Trusted, For(proxy, "203.0.113.2"))).Status);
        AnswerAssert.Error(await AskAsync(proxy, Trusted, For(proxy, "203.0.113.1")), "address_rate_limited");
        AnswerAssert.Error(await AskAsync(proxy, Trusted, For(proxy, "203.0.113.2")), "address_rate_limited");
    }

    [Fact]
    public async Task Does_not_let_a_stranger_choose_its_address()
    {
        await using var proxy = await StartAsync(perMinute: 1);
        var stranger = IPAddress.Parse("127.0.0.55");

        Assert.Equal(200, (await AskAsync(proxy, stranger, For(proxy, "203.0.113.1"))).Status);
        AnswerAssert.Error(await AskAsync(proxy, stranger, For(proxy, "203.0.113.2")), "address_rate_limited");
        AnswerAssert.Error(await AskAsync(proxy, stranger, For(proxy, "127.0.0.99, 203.0.113.3")), "address_rate_limited");
    }

    [Fact]
    public async Task Does_not_let_a_client_behind_a_trusted_proxy_choose_its_address()
    {
        await using var proxy = await StartAsync(perMinute: 1);

        // What the client wrote itself stands on the left of what the proxy added.
        Assert.Equal(200, (await AskAsync(proxy, Trusted, For(proxy, "198.51.100.1, 203.0.113.1"))).Status);
        AnswerAssert.Error(await AskAsync(proxy, Trusted, For(proxy, "198.51.100.2, 203.0.113.1")), "address_rate_limited");
        AnswerAssert.Error(await AskAsync(proxy, Trusted, For(proxy, "198.51.100.3, 203.0.113.1, 127.0.0.99")), "address_rate_limited");
    }

    [Fact]
    public async Task Warns_once_of_a_proxy_that_is_not_trusted()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:RateLimits:PerAddress:PerMinute"] = "1000");
        for (var i = 0; i < 3; i++) await proxy.AskAsync(For(proxy, "203.0.113.1"));

        var line = Assert.Single(proxy.Logs.Lines, line => line.Message.Contains("TrustedProxies", StringComparison.Ordinal));
        Assert.DoesNotContain("203.0.113.1", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hands_no_address_on_from_a_trusted_proxy_either()
    {
        await using var proxy = await StartAsync();
        await AskAsync(proxy, Trusted, proxy.Post().With("X-Forwarded-For", "203.0.113.7").With("X-Forwarded-Proto", "https").With("X-Forwarded-Host", "public.example"));

        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        UpstreamAssert.HoldsNothingOf(seen, "203.0.113.7", "public.example", "127.0.0.99");
    }

    private static Task<ProxyUnderTest> StartAsync(int? perMinute = null) => ProxyUnderTest.StartAsync(setup =>
    {
        setup.Settings["Fabraix:Edge:TrustedProxies:0"] = "127.0.0.99/32";
        if (perMinute is not null) setup.Settings["Fabraix:RateLimits:PerAddress:PerMinute"] = perMinute.ToString();
    });

    private static RequestText For(ProxyUnderTest proxy, string addresses) => proxy.Post().With("X-Forwarded-For", addresses);

    private static async Task<RawResponse> AskAsync(ProxyUnderTest proxy, IPAddress from, RequestText request)
    {
        await using var client = await proxy.ConnectAsync(from);
        return await client.AskAsync(request.ToString());
    }
}
