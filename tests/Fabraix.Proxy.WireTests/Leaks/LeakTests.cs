using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Leaks;

/// <summary>No secret that any test made is in anything that came out of the product: logs at Trace, answers, metrics.</summary>
[Collection(RunLast.Name)]
public sealed class LeakTests(LastWord lastWord)
{
    [Fact]
    public async Task Finds_no_secret_in_anything_that_came_out()
    {
        // Enough by itself that the search means something when this test runs alone.
        await using (var proxy = await ProxyUnderTest.StartAsync())
            await TalkAsync(proxy);
        await using (var proxy = await ProxyUnderTest.StartAsync(setup => setup.Tls = true))
            await TalkAsync(proxy);

        var report = Capture.Process.Report();
        lastWord.SearchedUpTo = report.Sequence;
        Assert.Empty(report.Leaks);
        Assert.InRange(report.Secrets, 100, int.MaxValue);
        Assert.InRange(report.Total(CaptureKind.Answer).Pieces, 100, int.MaxValue);
        Assert.InRange(report.Total(CaptureKind.Answer).Bytes, 30_000, long.MaxValue);
        Assert.InRange(report.Total(CaptureKind.Log).Pieces, 500, int.MaxValue);
        Assert.InRange(report.Total(CaptureKind.Log).Bytes, 100_000, long.MaxValue);
        Assert.InRange(report.Total(CaptureKind.Metrics).Bytes, 2_000, long.MaxValue);
    }

    private static async Task TalkAsync(ProxyUnderTest proxy)
    {
        for (var i = 0; i < 20; i++)
        {
            await proxy.AskAsync(proxy.Post());
            await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Claim("aud", "other"))));
            await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint(draft => draft.Header["kid"] = proxy.Issuer.Mint())));
            await proxy.AskAsync(proxy.Post(token: proxy.Issuer.Mint() + "x"));
            // A page that sends a token where none belongs must not find it in a log either.
            await proxy.AskAsync(proxy.Post().With("x-request-id", proxy.Issuer.Mint()[..64]).With("X-Auth-Token", proxy.Issuer.Mint()).With("User-Agent", proxy.Issuer.Mint()));
            await proxy.AskAsync(proxy.Post("/v1/check?access_token=" + proxy.Issuer.Mint()));
            await proxy.AskAsync(proxy.Post("/v1/" + proxy.Issuer.Mint()));
        }
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(401, $"[\"no key {proxy.ApiKey}\"]", "X-Echo: " + proxy.ApiKey));
        await proxy.AskAsync(proxy.Post());
        proxy.Upstream.Answer = exchange => exchange.SendAsync("not http: " + exchange.Request.Everything + "\r\n\r\n");
        await proxy.AskAsync(proxy.Post());
        proxy.Upstream.Answer = exchange => exchange.SendAsync($"HTTP/1.1 200 {proxy.ApiKey}\r\nX-Echo: {proxy.ApiKey}\r\nLocation: /{proxy.ApiKey}\r\nContent-Length: 0\r\n\r\n");
        await proxy.AskAsync(proxy.Post());
        foreach (var path in new[] { "/metrics", "/healthz/ready", "/healthz/live" }) await proxy.ManageAsync(path);
    }
}
