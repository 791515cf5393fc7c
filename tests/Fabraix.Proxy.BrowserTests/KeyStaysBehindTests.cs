namespace Fabraix.Proxy.BrowserTests;

public sealed class KeyStaysBehindTests(Chromium chromium)
{
    [Fact]
    public async Task No_key_is_in_anything_that_the_browser_received()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.SignInAsync("Alice");
        string[] story =
        [
            "Register a run", "Log an event", "Check an action", "Expired token", "Missing scope", "Too large", "Another site",
            "Redirect", "Error 500", "Cut off", "Revoke it", "Put in a new one",

            // Last: after it nothing goes up until its time is over.
            "Its own 429",
        ];
        foreach (var act in story)
            await session.PressAsync(act);

        var received = await session.EverythingReceivedAsync();
        Assert.Contains($"[secret key] {session.Sandbox.ProxyKey.Current!.Fingerprint}", received, StringComparison.Ordinal);
        Assert.All(session.Sandbox.Keys.All, key => Assert.DoesNotContain(key.Value, received, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(session.Sandbox.KeyFile.Path, received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_runs_nothing_but_its_own_files()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var response = await session.Page.ReloadAsync();
        var policy = (await response!.AllHeadersAsync())["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        var ran = await session.Page.EvaluateAsync<bool>("""
            () => {
              const script = document.createElement("script");
              try { script.textContent = "window.injected = true"; } catch { /* Trusted Types said no already. */ }
              document.body.append(script);
              return window.injected === true;
            }
            """);
        Assert.False(ran);
    }
}
