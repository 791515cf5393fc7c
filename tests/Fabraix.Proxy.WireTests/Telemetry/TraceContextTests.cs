using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Telemetry;

/// <summary>
/// Whose trace a request is in (W3C Trace Context, "Security Considerations": a public endpoint that continues any trace can be flooded, and its traces forged). Sources of
/// spans belong to the process, so these tests run while no other proxy does.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class TraceContextTests : IAsyncLifetime
{
    private const string PageTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string PageSpan = "00f067aa0ba902b7";
    private readonly OtlpCollector collector = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => collector.DisposeAsync();

    [Theory]
    [InlineData("01")]
    [InlineData("00")]
    public async Task Is_a_new_one_whatever_the_page_says_and_linked_to_the_pages(string flags)
    {
        await using var proxy = await StartAsync(trust: false);
        await proxy.AskAsync(FromPage(proxy, flags));
        var span = await collector.OnlyAsync();

        Assert.NotEqual(PageTrace, span.TraceId);
        Assert.Equal(("", ""), (span.Parent, span.State));
        Assert.Equal([$"{PageTrace} {PageSpan}"], span.Links);
        var seen = proxy.Upstream.Only();
        Assert.StartsWith($"00-{span.TraceId}-", seen.Header("traceparent"), StringComparison.Ordinal);
        Assert.Equal((null, null), (seen.Header("tracestate"), seen.Header("baggage")));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public async Task Is_a_new_one_without_a_link_where_the_pages_is_none(string header)
    {
        await using var proxy = await StartAsync(trust: false);
        await proxy.AskAsync(proxy.Post().With("traceparent", header));

        Assert.Empty((await collector.OnlyAsync()).Links);
    }

    [Fact]
    public async Task Is_the_pages_where_the_configuration_says_so()
    {
        await using var proxy = await StartAsync(trust: true);
        await proxy.AskAsync(FromPage(proxy, "01"));
        var span = await collector.OnlyAsync();

        Assert.Equal((PageTrace, PageSpan, "a=b"), (span.TraceId, span.Parent, span.State));
        Assert.Empty(span.Links);
        var seen = proxy.Upstream.Only();
        Assert.Matches($"^00-{PageTrace}-(?!{PageSpan})[0-9a-f]{{16}}-01$", seen.Header("traceparent"));
        Assert.Equal(("a=b", null), (seen.Header("tracestate"), seen.Header("baggage")));
    }

    [Fact]
    public async Task Is_not_recorded_where_a_page_that_is_believed_says_so()
    {
        await using var proxy = await StartAsync(trust: true);
        await proxy.AskAsync(FromPage(proxy, "00"));
        await proxy.AskAsync(proxy.Post("/v1/event"));

        Assert.Equal("POST /v1/event", (await collector.OnlyAsync()).Name);
        Assert.Matches($"^00-{PageTrace}-[0-9a-f]{{16}}-00$", proxy.Upstream.Requests[0].Header("traceparent"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Passes_as_it_came_where_nothing_is_exported(bool trust)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Telemetry:TrustBrowserTrace"] = trust.ToString());
        await proxy.AskAsync(FromPage(proxy, "01"));

        var seen = proxy.Upstream.Only();
        Assert.Equal(($"00-{PageTrace}-{PageSpan}-01", "a=b", null), (seen.Header("traceparent"), seen.Header("tracestate"), seen.Header("baggage")));
    }

    private static RequestText FromPage(ProxyUnderTest proxy, string flags) =>
        proxy.Post().With("traceparent", $"00-{PageTrace}-{PageSpan}-{flags}").With("tracestate", "a=b").With("baggage", "c=d");

    private Task<ProxyUnderTest> StartAsync(bool trust) => ProxyUnderTest.StartAsync(setup =>
    {
        collector.Collect(setup);
        if (trust) setup.Settings["Fabraix:Telemetry:TrustBrowserTrace"] = "true";
    });
}
