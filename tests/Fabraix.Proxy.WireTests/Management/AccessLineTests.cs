using System.Security.Cryptography;
using System.Text;
using Fabraix.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>Exactly one line a request, with the documented fields (docs/telemetry.md), whatever became of it.</summary>
public sealed class AccessLineTests
{
    private const int Event = 1100;

    private static readonly string[] Documented =
        ["Route", "Decision", "Status", "UpstreamStatus", "Milliseconds", "UpstreamMilliseconds", "Caller", "Key", "RequestId", "Rule", "TraceId"];

    [Fact]
    public async Task Tells_of_a_forwarded_request_everything_that_is_documented()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(422, "{}"));
        await proxy.AskAsync(proxy.Post("/v1/event").With("x-request-id", "page-1"));
        var line = await OnlyAsync(proxy);

        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal(Documented, line.Fields.Select(field => field.Key).Where(name => name != "{OriginalFormat}"));
        Assert.Equal(("event", "forwarded", "422", "422"), (line.Field("Route"), line.Field("Decision"), line.Field("Status"), line.Field("UpstreamStatus")));
        Assert.Equal(("page-1", ""), (line.Field("RequestId"), line.Field("Rule")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("main\nuser-1")))[..16], line.Field("Caller"));
        Assert.Matches(@"^default/\d{8}T\d{6}\.\d{3}Z/[0-9a-f]{8}$", line.Field("Key"));
        Assert.InRange(double.Parse(line.Field("UpstreamMilliseconds")), 0, double.Parse(line.Field("Milliseconds")));
    }

    [Fact]
    public async Task Comes_once_for_each_of_many_requests_and_for_nothing_else()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await using var client = await proxy.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            await client.AskAsync(proxy.Post().With("x-request-id", $"forwarded-{i}").ToString());
            await client.AskAsync(proxy.Post("/v1/none").With("x-request-id", $"refused-{i}").ToString());
            await client.AskAsync(new RequestText("OPTIONS", "/v1/check").With("Host", "x").With("x-request-id", $"preflight-{i}")
                .With("Origin", ProxyUnderTest.Origin).With("Access-Control-Request-Method", "POST").ToString());
            // The server refuses it before a request exists, and probes are nobody's requests.
            await proxy.AskAsync(proxy.Post().With("X Y", "1"));
            await proxy.ManageAsync("/healthz/ready");
        }
        await Bounds.UntilAsync(() => Lines(proxy).Length >= 30, "the access lines");

        string[] expected = [.. Enumerable.Range(0, 10).SelectMany(i => new[] { $"forwarded-{i} forwarded", $"refused-{i} route_not_found", $"preflight-{i} preflight" })];
        Assert.Equal(expected, Lines(proxy).Select(line => $"{line.Field("RequestId")} {line.Field("Decision")}"));
    }

    [Fact]
    public async Task Tells_of_a_client_that_left_while_waiting()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var asked = new TaskCompletionSource();
        proxy.Upstream.Answer = exchange =>
        {
            asked.SetResult();
            return exchange.Gone;
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        await asked.Task.InTimeAsync("the request at the upstream");
        client.Abort();

        Assert.Equal("client_closed", (await OnlyAsync(proxy)).Field("Decision"));
    }

    [Fact]
    public async Task Tells_of_an_answer_that_broke_off()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var headSeen = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Length: 10") + "part");
            await Task.WhenAny(headSeen.Task, exchange.Gone);
            exchange.Reset();
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);
        headSeen.SetResult();

        Assert.Equal("answer_cut", (await OnlyAsync(proxy)).Field("Decision"));
    }

    /// <summary>What a client writes does not come back in its line, but for a harmless x-request-id.</summary>
    [Fact]
    public async Task Holds_nothing_that_a_client_made_up()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        foreach (var request in new[]
        {
            proxy.Post("/mark-7f3a"), proxy.Post().With("mark_7f3a", "1"), proxy.Post().With("Origin", "https://mark-7f3a.example"), proxy.Post("/v1/check?mark-7f3a"),
            proxy.Post().Instead("Host", "mark-7f3a.example"), proxy.Post().Instead("Content-Type", "text/mark-7f3a"), proxy.Post(body: "mark-7f3a"),
            proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("sub", "mark-7f3a").Claim("scope", "mark-7f3a"))),
            proxy.Post(token: proxy.Issuer.Mint(draft => draft.Header["kid"] = "mark-7f3a")), proxy.Post().With("x-request-id", "mark 7f3a"),
        })
            await proxy.AskAsync(request);
        await Bounds.UntilAsync(() => Lines(proxy).Length == 10, "the access lines");

        Assert.All(Lines(proxy), line => Assert.DoesNotContain("7f3a", line.Message + string.Concat(line.Fields.Select(field => field.Value)), StringComparison.OrdinalIgnoreCase));
    }

    private static LogLine[] Lines(ProxyUnderTest proxy) => [.. proxy.Logs.Lines.Where(line => line.Id.Id == Event)];

    private static async Task<LogLine> OnlyAsync(ProxyUnderTest proxy)
    {
        await Bounds.UntilAsync(() => Lines(proxy).Length > 0, "the access line");
        return Assert.Single(Lines(proxy));
    }
}
