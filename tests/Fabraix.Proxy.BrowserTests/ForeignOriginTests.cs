using Fabraix.Sandbox.Issuer;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

public sealed class ForeignOriginTests(Chromium chromium)
{
    [Fact]
    public async Task The_button_shows_that_another_site_could_read_nothing()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Another site");

        var frame = session.Page.FrameLocator("iframe");
        await Assertions.Expect(frame.Locator("li[data-state=blocked]")).ToHaveCountAsync(3);
        await Assertions.Expect(frame.Locator("li[data-state=read]")).ToHaveCountAsync(0);
        Assert.Contains("preflight refused", await session.StepsAsync());
        Assert.Equal(0, session.Sandbox.Seen.Total);
    }

    [Theory]
    [InlineData("POST", true, "application/json")]
    [InlineData("POST", true, "text/plain")]
    [InlineData("POST", false, "text/plain")]
    [InlineData("GET", false, null)]
    public async Task Another_site_reads_nothing_even_with_a_good_token(string method, bool withToken, string? type)
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var addresses = session.Sandbox.Addresses;
        await session.Page.GotoAsync(addresses.Foreign);
        var token = withToken ? session.Sandbox.Tokens.Make(DemoUser.Find("alice")!) : null;

        foreach (var path in new[] { "/v1/event", "/v1/keys", "/" })
        {
            var read = await PageFetch.FromAsync(
                session.Page, addresses.Proxy + path, method, token, type, method == "POST" ? Bodies.Event : null);
            Assert.Equal(0, read.Status);
        }

        Assert.Equal(0, session.Sandbox.Seen.Total);
    }

    [Fact]
    public async Task Another_site_cannot_be_told_by_the_browsers_cache_of_permissions()
    {
        // The listed page asks first; what it was permitted must not serve the other site.
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Log an event");
        await session.PressAsync("Another site");
        Assert.Equal(1, session.Sandbox.Seen.Total);
    }

    [Fact]
    public async Task The_issuer_gives_another_site_no_token()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var addresses = session.Sandbox.Addresses;
        await session.Page.GotoAsync(addresses.Foreign);
        var read = await PageFetch.FromAsync(
            session.Page, $"{addresses.Issuer}/token", "POST", type: "application/x-www-form-urlencoded", body: "user=alice");
        Assert.Equal(0, read.Status);
    }
}
