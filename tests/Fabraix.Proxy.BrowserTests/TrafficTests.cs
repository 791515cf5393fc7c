using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The page's traffic, and the key that changes in the middle of it.</summary>
public sealed partial class TrafficTests(Chromium chromium)
{
    [Fact]
    public async Task Draws_a_line_of_failures_that_stays_at_zero_while_the_key_changes()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var keys = new List<string> { session.Sandbox.ProxyKey.Current!.Fingerprint };
        await session.Button("Start the traffic").ClickAsync();
        for (var change = 1; change <= 2; change++)
        {
            await session.Button("Change the key").ClickAsync();
            await Assertions.Expect(Sum(session)).ToContainTextAsync($"{change} {(change == 1 ? "change" : "changes")} of the key");
            keys.Add(session.Sandbox.ProxyKey.Current!.Fingerprint);
        }

        await session.Button("Stop the traffic").ClickAsync();
        var (calls, failures) = await CountsAsync(session);

        Assert.Equal(0, failures);
        Assert.InRange(calls, 40, 1000);
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(2, session.Sandbox.Keys.All.Count(key => key.Revoked));
        Assert.Equal(4, await session.Page.Locator("#traffic-chart .mark").CountAsync());
        Assert.Single((await FailuresLineAsync(session)).Distinct());
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Shows_failures_where_there_are_some()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        await session.Button("Start the traffic").ClickAsync();
        session.Sandbox.ProxyKey.Current!.Revoke();
        await Assertions.Expect(Sum(session)).ToContainTextAsync(NotZero());

        Assert.NotEqual(0, (await CountsAsync(session)).Failures);
        await session.Page.WaitForFunctionAsync(
            "() => new Set(document.querySelector('.failures-line').getAttribute('points').split(' ').map(point => point.split(',')[1])).size > 1");
    }

    private static ILocator Sum(DemoSession session) => session.Page.Locator("#traffic-sum");

    private static async Task<(int Calls, int Failures)> CountsAsync(DemoSession session)
    {
        var match = Counts().Match((await Sum(session).InnerTextAsync()).Replace(",", "", StringComparison.Ordinal));
        return (Number(match.Groups["calls"].Value), Number(match.Groups["failures"].Value));
    }

    /// <summary>The height of each point of the line of failures.</summary>
    private static async Task<string[]> FailuresLineAsync(DemoSession session) =>
        [.. (await session.Page.Locator("#traffic-chart .failures-line").GetAttributeAsync("points"))!.Split(' ').Select(point => point.Split(',')[1])];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<calls>[0-9]+) calls? [0-9]+ changes? of the key (?<failures>[0-9]+) failures?")]
    private static partial Regex Counts();

    [GeneratedRegex("[1-9][0-9]* failure")]
    private static partial Regex NotZero();
}
