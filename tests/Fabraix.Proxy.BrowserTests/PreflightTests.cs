using System.Text.Json;
using Fabraix.Sandbox.Issuer;

namespace Fabraix.Proxy.BrowserTests;

public sealed class PreflightTests(Chromium chromium)
{
    [Fact]
    public async Task The_browser_asks_once_for_each_route_and_remembers()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var asked = await CountPreflightsAsync(session);
        var token = session.Sandbox.Tokens.Make(DemoUser.Find("alice")!);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await PostAsync(session, "/v1/event", token, Bodies.Event)).Status);
            Assert.Equal(200, (await PostAsync(session, "/v1/check", token, Bodies.Check)).Status);
        }

        var proxy = session.Sandbox.Addresses.Proxy;
        Assert.Equal([$"{proxy}/v1/check", $"{proxy}/v1/event"], asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_refused_preflight_is_not_remembered_as_a_permission()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var asked = await CountPreflightsAsync(session);
        var token = session.Sandbox.Tokens.Make(DemoUser.Find("alice")!);

        for (var i = 0; i < 2; i++)
            Assert.Equal(0, (await PostAsync(session, "/v1/keys", token, Bodies.Event)).Status);

        Assert.Equal(2, asked.Count);
        Assert.Equal(0, session.Sandbox.Seen.Total);
    }

    private static Task<PageFetch> PostAsync(DemoSession session, string path, string token, string body) =>
        PageFetch.FromAsync(session.Page, session.Sandbox.Addresses.Proxy + path, "POST", token, "application/json", body);

    // The page's own events leave preflights out; the browser's protocol tells them.
    private static async Task<IReadOnlyCollection<string>> CountPreflightsAsync(DemoSession session)
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var protocol = await session.Page.Context.NewCDPSessionAsync(session.Page);
        protocol.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            var request = sent!.Value.GetProperty("request");
            if (request.GetProperty("method").GetString() == "OPTIONS")
                asked.Enqueue(request.GetProperty("url").GetString()!);
        };
        await protocol.SendAsync("Network.enable");
        return asked;
    }
}
