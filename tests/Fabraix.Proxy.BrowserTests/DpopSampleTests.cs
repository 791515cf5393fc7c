using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.BrowserTests;

/// <summary>The lines of JavaScript that docs/dpop.md gives to a page's author do what the page says.</summary>
public sealed partial class DpopSampleTests(Chromium chromium)
{
    [Fact]
    public async Task Calls_with_a_bound_token_and_learns_the_nonce_by_itself()
    {
        await using var session = await DemoSession.StartAsync(chromium);
        var script = $$"""
            async ([issuer, url, body]) => {
              {{Sample()}}
              const form = new URLSearchParams({ user: "alice", dpop_jkt: jkt });
              const { access_token: token, token_type } = await (await fetch(`${issuer}/token`, { method: "POST", body: form })).json();
              const statuses = [];
              for (let i = 0; i < 3; i++) statuses.push((await call(url, token, JSON.parse(body))).status);
              return { type: token_type, statuses: statuses.join(" ") };
            }
            """;

        var result = await session.Page.EvaluateAsync<JsonElement>(script, new[] { session.Sandbox.Addresses.Issuer, session.Sandbox.Addresses.Proxy + "/v1/event", Bodies.Event });

        Assert.Equal(("DPoP", "200 200 200"), (result.GetProperty("type").GetString(), result.GetProperty("statuses").GetString()));
        Assert.Equal(3, session.Sandbox.Seen.Total);
    }

    private static string Sample([CallerFilePath] string here = "")
    {
        var page = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "dpop.md")));
        return Assert.Single(Fence().Matches(page)).Groups["code"].Value;
    }

    [GeneratedRegex("```js\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
