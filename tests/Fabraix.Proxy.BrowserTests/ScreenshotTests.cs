using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>Pictures for a person to look at, in artifacts/screenshots; the test itself only demands that nothing overflows.</summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    [Theory]
    [InlineData("light", 1280)]
    [InlineData("light", 360)]
    [InlineData("dark", 1280)]
    [InlineData("dark", 360)]
    [InlineData("light", 1600)]
    public async Task Fits_its_window_in_every_state(string scheme, int width)
    {
        await using var session = await DemoSession.StartAsync(chromium, browser: new()
        {
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        await PictureAsync(session, $"{scheme}-{width}-1-empty");

        await session.SignInAsync("Alice");
        await session.PressAsync("Register a run");
        await session.PressAsync("Log an event");
        await PictureAsync(session, $"{scheme}-{width}-2-forwarded");

        await session.PressAsync("Expired token");
        await PictureAsync(session, $"{scheme}-{width}-3-refused");

        await session.Page.GetByRole(AriaRole.Switch).CheckAsync();
        await Assertions.Expect(session.Page.Locator("#token")).ToContainTextAsync("Bound to a key");
        await session.PressAsync("Stolen token");
        await PictureAsync(session, $"{scheme}-{width}-3-stolen");

        await session.PressAsync("Another site");
        await PictureAsync(session, $"{scheme}-{width}-4-another-site");

        await session.PressAsync("Revoke it");
        await PictureAsync(session, $"{scheme}-{width}-5-revoked");

        await session.PressAsync("Put in a new one");
        await session.Button("Start the traffic").ClickAsync();
        await session.Button("Change the key").ClickAsync();
        await Assertions.Expect(session.Page.Locator("#traffic-sum")).ToContainTextAsync("1 change of the key");
        await session.Button("Stop the traffic").ClickAsync();
        await PictureAsync(session, $"{scheme}-{width}-6-traffic");
    }

    private static async Task PictureAsync(DemoSession session, string name, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
        await session.Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(root, "artifacts", "screenshots", $"{name}.png"),
            FullPage = true,
        });
        var overflow = await session.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{name} is {overflow} px wider than its window.");
    }
}
