using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Telemetry;

/// <summary>
/// Spans as a collector gets them, by OpenTelemetry's semantic conventions for HTTP spans (stable). Sources of spans belong to the process, so these tests run while no other
/// proxy does.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class SpanTests : IAsyncLifetime
{
    private readonly OtlpCollector collector = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => collector.DisposeAsync();

    [Fact]
    public async Task Say_of_a_request_what_the_conventions_ask_for_and_of_the_client_nothing()
    {
        await using var proxy = await StartAsync(setup => setup.Settings["AllowedHosts"] = "127.0.0.1");
        proxy.Upstream.Answer = static exchange => exchange.SendAsync(UpstreamAnswer.Json(422, "{}"));
        await proxy.AskAsync(proxy.Post().With("User-Agent", "Mozilla/5.0"));
        var span = await collector.OnlyAsync();

        Assert.Equal(("POST /v1/check", SpanSeen.Server, "", 0L), (span.Name, span.Kind, span.Parent, span.Status));
        Assert.Equal(
            [
                "fabraix.decision=forwarded", "fabraix.route=check", "http.request.method=POST", "http.response.status_code=422", "http.route=/v1/check", "network.protocol.version=1.1",
                "server.address=127.0.0.1", $"server.port={proxy.Address.Port}", "url.path=/v1/check", "url.scheme=http",
            ],
            span.Attributes.Select(one => $"{one.Key}={one.Value}"));
        Assert.Equal(span.TraceId, Assert.Single(proxy.Logs.Lines, line => line.Id.Id == 1100).Field("TraceId"));
    }

    [Fact]
    public async Task Say_of_what_was_sent_upstream_where_to_and_belong_to_the_request()
    {
        await using var proxy = await StartAsync();
        await proxy.AskAsync(proxy.Post());
        var server = await collector.OnlyAsync();
        await Bounds.UntilAsync(() => collector.Spans.Any(span => span.Kind == SpanSeen.Client), "the client span");
        var client = Assert.Single(collector.Spans, span => span.Kind == SpanSeen.Client);

        Assert.Equal(("POST", server.TraceId, server.SpanId), (client.Name, client.TraceId, client.Parent));
        Assert.Equal(
            [
                "http.request.method=POST", "http.response.status_code=200", "network.protocol.version=1.1", "server.address=127.0.0.1",
                $"server.port={proxy.Upstream.Address.Port}", $"url.full={proxy.Upstream.Address}v1/check",
            ],
            client.Attributes.Select(one => $"{one.Key}={one.Value}"));
        Assert.Equal($"00-{client.TraceId}-{client.SpanId}-01", proxy.Upstream.Only().Header("traceparent"));
    }

    [Theory]
    [InlineData("POST", "/v1/mark-7f3a", "POST", "POST")]
    [InlineData("POST", "/v1/check?mark-7f3a", "POST", "POST")]
    [InlineData("MARK-7F3A", "/v1/check", "HTTP", "_OTHER")]
    [InlineData("post", "/v1/check", "HTTP", "_OTHER")]
    [InlineData("GET", "/v1/check", "GET", "GET")]
    public async Task Have_no_path_and_no_method_that_a_client_made_up(string method, string target, string name, string shown)
    {
        await using var proxy = await StartAsync();
        await proxy.AskAsync(new RequestText(method, target).With("Host", "mark-7f3a.example").With("User-Agent", "mark-7f3a").WithBody(""));
        var span = await collector.OnlyAsync();

        Assert.Equal((name, shown), (span.Name, span.Attributes["http.request.method"]));
        Assert.DoesNotContain(span.Attributes.Keys, key => key is "http.route" or "url.path" or "url.query" or "server.address" or "user_agent.original" or "http.request.method_original" or "client.address");
        Assert.DoesNotContain("mark-7f3a", collector.Everything, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(401, 502, "upstream_key_rejected")]
    [InlineData(302, 502, "upstream_response_blocked")]
    [InlineData(503, 503, "503")]
    public async Task Are_errors_where_the_answer_is_a_5xx(int upstream, int status, string error)
    {
        await using var proxy = await StartAsync();
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(upstream, "{}"));
        Assert.Equal(status, (await proxy.AskAsync(proxy.Post())).Status);
        var span = await collector.OnlyAsync();

        Assert.Equal((SpanSeen.Error, error), (span.Status, span.Attributes["error.type"]));
        Assert.Contains($"error_type=\"{error}\"", (await proxy.ManageAsync("/metrics")).Text.Split('\n').Single(line =>
            line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal) && line.Contains($"http_response_status_code=\"{status}\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_no_errors_where_somebody_is_refused()
    {
        await using var proxy = await StartAsync();
        await proxy.AskAsync(proxy.Post().Without("Authorization"));
        var span = await collector.OnlyAsync();

        Assert.Equal((0L, "401", "token_missing"), (span.Status, span.Attributes["http.response.status_code"], span.Attributes["fabraix.decision"]));
        Assert.DoesNotContain("error.type", span.Attributes.Keys);
    }

    /// <summary>All of the bytes that the collector got, metrics as well.</summary>
    [Fact]
    public async Task Hold_no_key_no_token_no_claim_and_nothing_that_a_client_made_up()
    {
        await using var proxy = await StartAsync();
        var token = proxy.Issuer.Mint(draft => draft.Claim("sub", "mark-7f3a").Claim("scope", "check:write mark-7f3a"));
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, $"[\"{proxy.ApiKey}\"]"));
        RequestText[] requests =
        [
            proxy.Post(token: token, body: "{\"mark-7f3a\":1}"), proxy.Post("/" + proxy.ApiKey), proxy.Post("/v1/check?k=" + token), proxy.Post(token: token + "x"),
            proxy.Post().With("X-Y", proxy.ApiKey), proxy.Post().Instead("Host", "mark-7f3a.example"), proxy.Post().With("baggage", "a=mark-7f3a").With("tracestate", "a=mark-7f3a"),
            proxy.Post().With("Idempotency-Key", "mark-7f3a").With("Accept-Language", "mark-7f3a").With("User-Agent", "mark-7f3a").With("x-request-id", "mark-7f3a"),
        ];
        foreach (var request in requests) await proxy.AskAsync(request);
        await Bounds.UntilAsync(() => collector.ServerSpans.Count == requests.Length && collector.Messages("/v1/metrics").Count > 1, "the spans and metrics");

        var everything = collector.Everything;
        Assert.Contains("http.server.request.duration", everything, StringComparison.Ordinal);
        Assert.False(everything.Contains(proxy.ApiKey, StringComparison.OrdinalIgnoreCase), "The key was exported");
        Assert.False(token.Split('.').Any(part => everything.Contains(part, StringComparison.Ordinal)), "A token was exported");
        Assert.DoesNotContain("mark-7f3a", everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Are_not_made_for_probes_and_scrapes()
    {
        await using var proxy = await StartAsync();
        await proxy.ManageAsync("/healthz/ready");
        await proxy.ManageAsync("/metrics");
        await proxy.AskAsync(proxy.Post());

        Assert.Equal("POST /v1/check", (await collector.OnlyAsync()).Name);
    }

    [Fact]
    public async Task Are_named_by_exemplars_of_the_histograms()
    {
        await using var proxy = await StartAsync();
        await proxy.AskAsync(proxy.Post());
        var span = await collector.OnlyAsync();

        await Bounds.UntilAsync(() => collector.Exemplars("http.server.request.duration").Count > 0, "an exemplar");
        Assert.Equal(span.TraceId, collector.Exemplars("http.server.request.duration")[0]);
        Assert.Contains(span.TraceId, collector.Exemplars("http.client.request.duration"));
    }

    private Task<ProxyUnderTest> StartAsync(Action<ProxySetup>? change = null) => ProxyUnderTest.StartAsync(setup =>
    {
        collector.Collect(setup);
        change?.Invoke(setup);
    });
}
