using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

public sealed class HappyPathTests(Chromium chromium)
{
    [Fact]
    public async Task Signs_in_and_makes_all_three_calls_from_another_origin()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");

        foreach (var call in new[] { "Register a run", "Log an event", "Check an action" })
        {
            await session.PressAsync(call);
            Assert.Contains("Forwarded. Fabraix answered 200", await session.VerdictAsync(), StringComparison.Ordinal);
            Assert.All(await session.StepsAsync(), step => Assert.Matches("passed$|address skipped$", step));
        }

        Assert.Equal(["/v1/register-agent-run", "/v1/event", "/v1/check"], session.Sandbox.Seen.All().Select(s => s.Path));
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Shows_that_the_key_arrived_and_the_token_did_not()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Log an event");

        var arrived = session.Sandbox.Seen.All().Single().Headers.Select(h => h.Name.ToLowerInvariant()).ToArray();
        Assert.Contains("x-api-key", arrived);
        Assert.Empty(arrived.Intersect(["authorization", "cookie", "origin", "referer", "sec-fetch-site"]));

        var shown = await session.Page.Locator("#seen").InnerTextAsync();
        Assert.Contains($"[secret key] {session.Sandbox.ProxyKey.Current!.Fingerprint}", shown, StringComparison.Ordinal);
        Assert.Equal(4, await session.Page.Locator("#seen .facts [data-state=passed]").CountAsync());
    }

    [Fact]
    public async Task Lets_an_agent_stop_at_an_unsafe_action()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Check a risky action");

        var answer = await session.Page.Locator("#panes .body").Last.InnerTextAsync();
        Assert.Contains("\"is_safe\": false", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Can_be_used_by_keyboard_alone()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(session.Button("Alice")).ToBeFocusedAsync();
        await session.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(session.Page.Locator("#token")).ToContainTextAsync("Alice's token");

        // Bob, the switch, the token's details, then the first call.
        for (var i = 0; i < 4; i++)
            await session.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(session.Button("Register a run")).ToBeFocusedAsync();
        await session.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(session.Page.Locator("#verdict")).ToContainTextAsync("Forwarded");
        await Assertions.Expect(session.Button("Register a run")).ToBeFocusedAsync();
    }
}
