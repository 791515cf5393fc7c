using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Fabraix.Proxy.Status;
using Fabraix.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>A proxy, and a browser at its status page.</summary>
internal sealed class StatusSession : IAsyncDisposable
{
    private readonly ProxyUnderTest _proxy;
    private readonly TestClock _clock;
    private readonly IBrowserContext _context;

    private StatusSession(ProxyUnderTest proxy, TestClock clock, IBrowserContext context, IPage page)
    {
        (_proxy, _clock, _context, Page) = (proxy, clock, context, page);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Complaints.Enqueue($"uncaught: {error}");
    }

    public IPage Page { get; }

    public string Address => $"http://localhost:{_proxy.Management.Port}/";

    /// <summary>Console errors and warnings, CSP violations among them.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<StatusSession> StartAsync(Chromium chromium, string scheme = "light", int width = 1280)
    {
        // The browser first: without one the test is skipped before anything starts.
        var context = await chromium.NewContextAsync(new()
        {
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(10_000);
        var clock = new TestClock();
        var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = clock;
            setup.Settings["Fabraix:Keys:default:Quota:PerMinute"] = "60";
            setup.Settings["Fabraix:Keys:default:Quota:PerHour"] = "1000";
            setup.Settings["Fabraix:Routes:check:Reserve"] = "20";
        });
        return new StatusSession(proxy, clock, context, await context.NewPageAsync());
    }

    public async Task OpenAsync()
    {
        await Page.GotoAsync(Address);
        await Assertions.Expect(Page.Locator("#main")).ToHaveAttributeAsync("aria-busy", "false");
    }

    public async Task AskAsync(int forwarded, int withoutToken)
    {
        for (var i = 0; i < forwarded; i++)
            Assert.Equal(200, (await _proxy.AskAsync(_proxy.Post("/v1/event"))).Status);
        for (var i = 0; i < withoutToken; i++)
            Assert.Equal(401, (await _proxy.AskAsync(_proxy.Post().Without("Authorization"))).Status);
    }

    /// <summary>A morning of ordinary use, with a rush in it and a refusal of each common kind.</summary>
    public async Task LiveThroughAnHourAsync()
    {
        var history = _proxy.Services.GetRequiredService<QuotaHistory>();
        for (var minute = 0; minute < 52; minute++)
        {
            var use = 0.5 + (0.35 * Math.Sin(minute / 7.0)) + (0.1 * Math.Sin(minute * 1.7)) + (minute is > 33 and < 38 ? 0.4 : 0);
            foreach (var (window, limit) in (ReadOnlySpan<(string, int)>)[("default-minute", 48), ("default/check-minute", 12)])
                history.Note(window, (int)Math.Clamp(use * limit, 0, limit));
            history.Note("default-hour", Math.Min(800, 12 * minute));
            history.Note("default/check-hour", minute);
            if (minute % 9 == 0)
                await _proxy.AskAsync(_proxy.Post(token: "none"));
            if (minute % 13 == 0)
                await _proxy.AskAsync(_proxy.Post("/v1/nothing"));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        await _proxy.AskAsync(_proxy.Post().With("Origin", "https://elsewhere.example"));
        await _proxy.AskAsync(_proxy.Post(token: _proxy.Issuer.Mint(draft => draft.Claim("scope", "event:write"))));
        await AskAsync(forwarded: 14, withoutToken: 3);
    }

    /// <summary>A new key that the upstream refuses.</summary>
    public async Task DegradeAsync()
    {
        _proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(exchange.Request.Header("x-api-key") == _proxy.ApiKey ? 200 : 401, "{}"));
        await File.WriteAllTextAsync(_proxy.KeyFile + ".new", Made.ApiKey());
        File.Move(_proxy.KeyFile + ".new", _proxy.KeyFile, overwrite: true);
        await Bounds.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await _proxy.AskAsync(_proxy.Post());
            return (await _proxy.ManageAsync("/healthz/ready")).Text.Contains("refused the new value", StringComparison.Ordinal);
        }, "the refusal of the new key", every: TimeSpan.FromMilliseconds(200));
        await Page.ReloadAsync();
    }

    public ILocator Tile(string name) => Page.Locator("#now > div").Filter(new() { Has = Page.GetByText(name, new() { Exact = true }) });

    public ILocator Row(string table, string text) => Page.GetByRole(AriaRole.Table, new() { Name = table, Exact = true }).GetByRole(AriaRole.Row).Filter(new() { HasText = text });

    /// <summary>A page of another origin, which is not secure enough for Chromium to keep it from asking.</summary>
    public async Task<IPage> ElsewhereAsync()
    {
        var page = await _context.NewPageAsync();
        await page.RouteAsync("https://elsewhere.example/", route => route.FulfillAsync(new() { Body = "<!doctype html>", ContentType = "text/html" }));
        await page.GotoAsync("https://elsewhere.example/");
        return page;
    }

    public async Task PictureAsync(string name, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
        await Page.ScreenshotAsync(new() { Path = Path.Combine(root, "artifacts", "screenshots", $"{name}.png"), FullPage = true });
        var overflow = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{name} is {overflow} px wider than its window.");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _proxy.DisposeAsync();
    }
}
