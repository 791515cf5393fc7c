using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

public sealed class RefusalButtonTests(Chromium chromium)
{
    [Theory]
    [InlineData("Query added", "request", "400 invalid_request_target")]
    [InlineData("Unlisted path", "route", "404 route_not_found")]
    [InlineData("Wrong method", "route", "405 method_not_allowed")]
    [InlineData("No token", "token", "401 token_missing")]
    [InlineData("Expired token", "token", "401 token_expired")]
    [InlineData("Forged token", "token", "401 token_invalid")]
    [InlineData("Lives too long", "token", "401 token_invalid")]
    [InlineData("Missing scope", "scope", "403 insufficient_permissions")]
    [InlineData("Wrong type", "body", "415 unsupported_media_type")]
    [InlineData("Too large", "body", "413 body_too_large")]
    public async Task Shows_the_step_that_refused_before_anything_went_upstream(string button, string step, string answer)
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync(button);

        await AssertRefusedAsync(session, step, answer);
        Assert.Empty(session.Sandbox.Seen.All());
        await Assertions.Expect(session.Page.Locator("#seen")).ToContainTextAsync("Nothing arrived");
    }

    [Theory]
    [InlineData("Redirect", "502 upstream_response_blocked")]
    [InlineData("Its own 429", "429 upstream_rate_limited")]
    [InlineData("Slow", "504 upstream_timeout")]
    [InlineData("Revoke it", "502 upstream_key_rejected")]
    [InlineData("Echo the key", "502 upstream_response_blocked")]
    public async Task Shows_that_the_answer_was_not_fit_to_pass_on(string button, string answer)
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync(button);

        await AssertRefusedAsync(session, "upstream", answer);
        Assert.NotEmpty(session.Sandbox.Seen.All());
        Assert.False((await session.EverythingReceivedAsync()).Contains(session.Sandbox.ProxyKey.Current!.Value, StringComparison.OrdinalIgnoreCase), "The key reached the browser");
    }

    [Fact]
    public async Task Stops_a_user_who_runs_wild_and_leaves_room_for_the_other()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Too many");
        await AssertRefusedAsync(session, "user", "429 user_rate_limited");
        Assert.Matches("Try again in [0-9]+ s", await session.VerdictAsync());

        await session.SignInAsync("Bob");
        await session.PressAsync("Log an event");
        Assert.Contains("Forwarded", await session.VerdictAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_a_new_key_without_a_restart()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Revoke it");
        await session.PressAsync("Put in a new one");

        // The store was asked a moment ago, for the revoked key's sake: the proxy may look again only a second later.
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (!(await session.VerdictAsync()).Contains("Forwarded. Fabraix answered 200", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < deadline, "The new key was not taken within ten seconds.");
            await session.PressAsync("Log an event");
        }

        var shown = await session.Page.Locator("#key-fingerprint").InnerTextAsync();
        Assert.Equal(session.Sandbox.ProxyKey.Current!.Fingerprint, shown);
    }

    [Fact]
    public async Task Passes_on_an_upstream_error_and_says_whose_it_is()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Error 500");

        Assert.Contains("Forwarded. Fabraix answered 500", await session.VerdictAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_takes_a_cut_answer_for_a_whole_one()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        await session.PressAsync("Cut off");

        Assert.DoesNotContain("Forwarded", await session.VerdictAsync(), StringComparison.Ordinal);
        Assert.Contains("upstream refused", await session.StepsAsync());
    }

    private static async Task AssertRefusedAsync(DemoSession session, string step, string answer)
    {
        var steps = await session.StepsAsync();
        var decided = Assert.Single(steps, s => s.EndsWith(" refused", StringComparison.Ordinal));
        Assert.Equal($"{step} refused", decided);
        Assert.All(steps.SkipWhile(s => s != decided).Skip(1), s => Assert.EndsWith(" unreached", s, StringComparison.Ordinal));
        Assert.Contains(answer, await session.VerdictAsync(), StringComparison.Ordinal);
    }
}
