using System.Collections.Concurrent;
using Fabraix.Sandbox;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>A sandbox on free ports, a browser at its page, and a record of everything that the browser was told.</summary>
internal sealed class DemoSession : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentBag<Task<string>> _received = [];

    private DemoSession(RunningSandbox sandbox, IBrowserContext context, IPage page)
    {
        (Sandbox, _context, Page) = (sandbox, context, page);
        context.Response += (_, response) => _received.Add(TextOfAsync(response));
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Complaints.Enqueue($"uncaught: {error}");
    }

    public RunningSandbox Sandbox { get; }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, CSP violations among them.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<DemoSession> StartAsync(
        Chromium chromium, IReadOnlyDictionary<string, string?>? proxySettings = null, BrowserNewContextOptions? browser = null)
    {
        // The browser first: without one the test is skipped before anything starts.
        var context = await chromium.NewContextAsync(browser);
        context.SetDefaultTimeout(10_000);
        var options = SandboxOptions.AnyPorts with { ProxySettings = proxySettings ?? new Dictionary<string, string?>() };
        var sandbox = await SandboxHost.StartAsync(options, TestContext.Current.CancellationToken);
        var session = new DemoSession(sandbox, context, await context.NewPageAsync());
        await session.Page.GotoAsync(sandbox.Addresses.Page);
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Alice" }).WaitForAsync();
        return session;
    }

    public async Task SignInAsync(string name)
    {
        await Button(name).ClickAsync();
        await Assertions.Expect(Page.Locator("#token")).ToContainTextAsync($"{name}'s token");
    }

    /// <summary>Presses a button and waits until the page shows what came of it.</summary>
    public async Task PressAsync(string name)
    {
        var before = await Page.Locator("#history li").CountAsync();
        await Button(name).ClickAsync();
        await Assertions.Expect(Page.Locator("#history li")).ToHaveCountAsync(before + 1);
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task<string> VerdictAsync() => Page.Locator("#verdict").InnerTextAsync();

    /// <summary>The state of each step's row, in walking order.</summary>
    public async Task<string[]> StepsAsync() => await Page.Locator("#steps li")
        .EvaluateAllAsync<string[]>("rows => rows.map(r => `${r.dataset.step} ${r.dataset.state}`)");

    /// <summary>Every status line, header and body that any page of this browser received so far.</summary>
    public async Task<string> EverythingReceivedAsync() => string.Join('\n', await Task.WhenAll(_received));

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private static async Task<string> TextOfAsync(IResponse response)
    {
        var headers = string.Join('\n', (await response.HeadersArrayAsync()).Select(h => $"{h.Name}: {h.Value}"));
        string body;
        try
        {
            body = await response.TextAsync();
        }
        catch (PlaywrightException)
        {
            // A preflight, a redirect or an answer that was cut off has no body to give.
            body = "";
        }

        return $"{response.Status} {response.Url}\n{headers}\n\n{body}";
    }
}
