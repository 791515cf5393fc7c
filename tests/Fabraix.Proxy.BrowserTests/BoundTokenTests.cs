using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>DPoP (RFC 9449) with WebCrypto: the page's own switch and buttons, and what its script can get at.</summary>
public sealed class BoundTokenTests(Chromium chromium)
{
    [Fact]
    public async Task Works_for_all_three_calls_with_the_page_that_holds_its_key()
    {
        await using var session = await BoundAsync();

        foreach (var call in new[] { "Register a run", "Log an event", "Check an action" })
        {
            await session.PressAsync(call);
            Assert.Contains("Forwarded. Fabraix answered 200", await session.VerdictAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(3, session.Sandbox.Seen.Total);
        Assert.All(session.Sandbox.Seen.All(), seen => Assert.DoesNotContain(seen.Headers, header => header.Name.ToLowerInvariant() is "dpop" or "authorization" or "dpop-nonce"));
        var sent = await session.Page.Locator("#panes .pane").First.InnerTextAsync();
        Assert.Contains("DPoP eyJ", sent, StringComparison.Ordinal);
    }

    /// <summary>The first call has no nonce; the proxy asks for one, once, and every answer brings the one to use next.</summary>
    [Fact]
    public async Task Is_asked_for_a_nonce_once()
    {
        await using var session = await BoundAsync();
        var answers = new List<(int Status, string? Challenge, string? Nonce)>();
        session.Page.Response += (_, response) =>
        {
            if (response.Url.EndsWith("/v1/event", StringComparison.Ordinal) && response.Request.Method == "POST")
                answers.Add((response.Status, response.Headers.GetValueOrDefault("www-authenticate"), response.Headers.GetValueOrDefault("dpop-nonce")));
        };

        await session.PressAsync("Log an event");
        await session.PressAsync("Log an event");

        Assert.Equal([401, 200, 200], answers.Select(answer => answer.Status));
        Assert.StartsWith("DPoP error=\"use_dpop_nonce\"", answers[0].Challenge, StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.Matches("^[A-Za-z0-9_-]{32}$", answer.Nonce));
        Assert.Equal(2, session.Sandbox.Seen.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_refused_to_a_thief_who_has_the_token_and_not_its_key(bool theirOwn)
    {
        await using var session = theirOwn ? await BoundAsync() : await SignedInAsync();
        await session.PressAsync("Stolen token");

        Assert.Contains("401 token_invalid", await session.VerdictAsync(), StringComparison.Ordinal);
        Assert.Contains("token refused", await session.StepsAsync());
        Assert.Empty(session.Sandbox.Seen.All());
        Assert.Contains("DPoP error=\"invalid_dpop_proof\"", await session.Page.Locator("#panes").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_refused_with_a_proof_that_was_used_before(bool theirOwn)
    {
        await using var session = theirOwn ? await BoundAsync() : await SignedInAsync();
        await session.PressAsync("Replayed proof");

        Assert.Contains("401 token_invalid", await session.VerdictAsync(), StringComparison.Ordinal);
        Assert.Contains("token refused", await session.StepsAsync());
        Assert.Equal(1, session.Sandbox.Seen.Total);
    }

    /// <summary>A thief would rather use it as a plain token.</summary>
    [Fact]
    public async Task Is_refused_as_a_bearer_token()
    {
        await using var session = await BoundAsync();
        var token = await SentTokenAsync(session);

        var answer = await PageFetch.FromAsync(session.Page, session.Sandbox.Addresses.Proxy + "/v1/event", "POST", token, "application/json", Bodies.Event);

        Assert.Equal((401, "token_invalid"), (answer.Status, answer.Code));
        Assert.Contains("DPoP algs=", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_in_the_panel_that_it_is_bound_and_is_plain_again_when_switched_off()
    {
        await using var session = await BoundAsync();
        await session.Page.GetByText("What a thief would get").ClickAsync();
        var panel = session.Page.Locator("#token");
        await Assertions.Expect(panel).ToContainTextAsync("\"jkt\":");

        await session.Page.GetByRole(AriaRole.Switch).UncheckAsync();
        await Assertions.Expect(panel).Not.ToContainTextAsync("Bound to a key");
        await session.PressAsync("Log an event");
        Assert.Contains("Forwarded. Fabraix answered 200", await session.VerdictAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_a_key_that_no_script_can_take_out_of_the_browser()
    {
        await using var session = await SignedInAsync();

        var said = await session.Page.EvaluateAsync<string[]>("""
            async () => {
              const key = await (await import("/dpop.js")).makeKey();
              const tries = ["jwk", "pkcs8", "raw"].map(format => crypto.subtle.exportKey(format, key.privateKey).then(() => "taken", () => "kept"));
              return [String(key.privateKey.extractable), ...await Promise.all(tries)];
            }
            """);

        Assert.Equal(["false", "kept", "kept", "kept"], said);
    }

    private Task<DemoSession> SignedInAsync() => StartAsync(bound: false);

    private Task<DemoSession> BoundAsync() => StartAsync(bound: true);

    private async Task<DemoSession> StartAsync(bool bound)
    {
        var session = await DemoSession.StartAsync(chromium);
        if (bound)
            await session.Page.GetByRole(AriaRole.Switch).CheckAsync();
        await session.SignInAsync("Alice");
        if (bound)
            await Assertions.Expect(session.Page.Locator("#token")).ToContainTextAsync("Bound to a key");
        return session;
    }

    /// <summary>The token as it goes over the wire.</summary>
    private static async Task<string> SentTokenAsync(DemoSession session)
    {
        var request = await session.Page.RunAndWaitForRequestAsync(
            () => session.PressAsync("Log an event"), request => request.Url.EndsWith("/v1/event", StringComparison.Ordinal) && request.Method == "POST");
        return (await request.AllHeadersAsync())["authorization"]["DPoP ".Length..];
    }
}
