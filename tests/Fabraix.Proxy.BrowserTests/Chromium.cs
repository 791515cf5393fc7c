using Microsoft.Playwright;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Fabraix.Proxy.BrowserTests.Chromium))]

// One browser on few cores: tests in parallel would only make each other's waits longer.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Fabraix.Proxy.BrowserTests;

/// <summary>One headless Chromium for all tests. Where there is none a test says so, except in CI, where that is a failure.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Executable() is not { } executable)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            var continuous = Environment.GetEnvironmentVariable("CI") == "true";
            Assert.SkipWhen(!continuous, "No Chromium here: set CHROMIUM to one, or install Debian's chromium.");
            Assert.Fail("No Chromium here, and CI must have one.");
        }

        return await _browser.NewContextAsync(options ?? new() { ReducedMotion = ReducedMotion.Reduce });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Executable() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? given : Places.FirstOrDefault(File.Exists);
}
