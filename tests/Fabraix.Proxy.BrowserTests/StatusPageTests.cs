using System.Text.Json;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The status page as an operator sees it, served by a proxy that has met a few requests.</summary>
public sealed class StatusPageTests(Chromium chromium)
{
    [Theory]
    [InlineData("light", 360)]
    [InlineData("light", 1280)]
    [InlineData("light", 1600)]
    [InlineData("dark", 360)]
    [InlineData("dark", 1280)]
    [InlineData("dark", 1600)]
    public async Task Fits_its_window_and_complains_of_nothing(string scheme, int width)
    {
        await using var session = await StatusSession.StartAsync(chromium, scheme, width);
        await session.LiveThroughAnHourAsync();
        await session.OpenAsync();
        await session.PictureAsync($"status-{scheme}-{width}");
        await session.DegradeAsync();
        await Assertions.Expect(session.Page.Locator("#verdict")).ToHaveTextAsync("Degraded, and serving");
        await session.PictureAsync($"status-{scheme}-{width}-degraded");

        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Shows_what_the_proxy_counted()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.AskAsync(forwarded: 3, withoutToken: 2);
        await session.OpenAsync();

        await Assertions.Expect(session.Tile("Forwarded")).ToContainTextAsync("3in the last hour");
        await Assertions.Expect(session.Tile("Refused")).ToContainTextAsync("2in the last hour");
        await Assertions.Expect(session.Tile("Upstream")).ToContainTextAsync("answers");
        await Assertions.Expect(session.Row("Refusals", "token_missing")).ToContainTextAsync("2");
        await Assertions.Expect(session.Row("Versions of default", "active")).ToContainTextAsync("default/");
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("^default, per minute: 3 of ") })).ToBeVisibleAsync();
        await Assertions.Expect(session.Page.Locator("#routes")).ToContainTextAsync("POST /v1/check");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Shows_a_proxy_that_nobody_has_asked_yet()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.OpenAsync();

        await Assertions.Expect(session.Page.Locator("#verdict")).ToHaveTextAsync("Ready");
        await Assertions.Expect(session.Page.Locator("#refusals")).ToContainTextAsync("Nothing was refused since");
        await Assertions.Expect(session.Page.Locator(".axis").First).ToContainTextAsync("nothing used");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Asks_again_by_itself()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.OpenAsync();
        await session.AskAsync(forwarded: 1, withoutToken: 0);

        await Assertions.Expect(session.Tile("Forwarded")).ToContainTextAsync("1in the last hour", new() { Timeout = 20_000 });
    }

    /// <summary>The page stays, and says that what it shows is old; and it takes the next answer.</summary>
    [Fact]
    public async Task Says_when_the_proxy_is_gone_and_when_it_is_back()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.OpenAsync();
        await session.Page.RouteAsync("**/status.json", route => route.AbortAsync());
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not answer", new() { Timeout = 20_000 });
        await Assertions.Expect(session.Page.Locator("#verdict")).ToHaveTextAsync("No answer");
        await Assertions.Expect(session.Page.Locator("#keys")).ToContainTextAsync("default/");

        await session.Page.UnrouteAllAsync();
        await Assertions.Expect(session.Page.Locator("#verdict")).ToHaveTextAsync("Ready", new() { Timeout = 20_000 });
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Says_that_there_was_no_answer_at_all()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.Page.RouteAsync("**/status.json", route => route.FulfillAsync(new() { Status = 500, Body = "" }));
        await session.Page.GotoAsync(session.Address);

        await Assertions.Expect(session.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("It is asked again every 5 seconds.");
    }

    /// <summary>Nothing on it acts, so nothing takes the focus; all of it has a name, and is in the reading order.</summary>
    [Fact]
    public async Task Can_be_read_without_a_mouse_and_without_eyes()
    {
        await using var session = await StatusSession.StartAsync(chromium, width: 360);
        await session.AskAsync(forwarded: 1, withoutToken: 1);
        await session.OpenAsync();

        Assert.Equal(0, await session.Page.Locator("a:visible, button, [tabindex]").CountAsync());
        Assert.Equal(["Quota", "Refusals", "Keys", "Issuers", "Routes", "Settings"], await session.Page.GetByRole(AriaRole.Heading, new() { Level = 2 }).AllInnerTextsAsync());
        foreach (var title in (string[])["Quota", "Refusals", "Keys", "Issuers", "Routes", "Settings"])
            await Assertions.Expect(session.Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true })).ToBeVisibleAsync();

        // On a narrow screen rows are blocks, and tables nevertheless.
        foreach (var table in (string[])["Refusals", "Versions of default", "Signing keys of main", "Routes"])
            await Assertions.Expect(session.Page.GetByRole(AriaRole.Table, new() { Name = table, Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Ready");
    }

    /// <summary>What a name in the configuration looks like is nothing that it does.</summary>
    [Fact]
    public async Task Shows_markup_in_a_configured_name_as_text()
    {
        const string Name = "<img src=x onerror=alert(1)>";
        await using var session = await StatusSession.StartAsync(chromium);
        await session.Page.RouteAsync("**/status.json", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("\"register-agent-run\"", JsonSerializer.Serialize(Name), StringComparison.Ordinal) });
        });
        await session.OpenAsync();

        await Assertions.Expect(session.Page.Locator("#routes")).ToContainTextAsync(Name);
        Assert.Equal(0, await session.Page.Locator("img").CountAsync());
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Sits_in_no_frame_and_is_read_by_no_other_page()
    {
        await using var session = await StatusSession.StartAsync(chromium);
        await session.OpenAsync();
        var elsewhere = await session.ElsewhereAsync();

        Assert.Equal("refused", await elsewhere.EvaluateAsync<string>("url => fetch(url).then(answer => answer.text(), () => 'refused')", session.Address + "status.json"));
        Assert.Equal("refused", await elsewhere.EvaluateAsync<string>("url => fetch(url, { mode: 'no-cors' }).then(() => 'embedded', () => 'refused')", session.Address + "status.json"));
        await elsewhere.SetContentAsync($"<iframe src='{session.Address}'></iframe>");
        var frame = elsewhere.Frames.Single(frame => frame != elsewhere.MainFrame);
        await frame.WaitForLoadStateAsync();
        Assert.Equal(0, await frame.Locator("#verdict").CountAsync());
    }
}
