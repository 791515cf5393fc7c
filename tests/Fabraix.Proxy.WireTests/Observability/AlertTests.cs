using System.Text.RegularExpressions;
using Xunit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>
/// The alert rules, judged by Prometheus's own evaluation over scrapes of a real proxy. Meters belong to the process, so these tests run while no other proxy does.
/// </summary>
[Collection(RunAlone.Name)]
public sealed partial class AlertTests
{
    public static TheoryData<string> Alerts => [.. AlertRule.All.Select(rule => rule.Name)];

    [Fact]
    public void Are_the_ones_that_cases_exist_for() => Assert.Equal(AlertCases.Of.Keys.Order(StringComparer.Ordinal), AlertRule.All.Select(rule => rule.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Are_lawful()
    {
        Promtool.SkipWhereMissing();
        var (exitCode, output) = await Promtool.RunAsync("check", "rules", AlertRule.File);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"SUCCESS: {AlertRule.All.Count} rules found", output, StringComparison.Ordinal);
    }

    /// <summary>And no other does: who is called at night should be told the right thing.</summary>
    [Theory]
    [MemberData(nameof(Alerts))]
    public async Task Are_alone_to_fire_in_their_condition(string alert)
    {
        Promtool.SkipWhereMissing();
        foreach (var bring in AlertCases.Of[alert])
        {
            var (scrapes, labels) = await bring();
            await Promtool.AssertFiringAsync(scrapes, (alert, labels));
        }
    }

    [Fact]
    public async Task Are_silent_where_all_is_well()
    {
        Promtool.SkipWhereMissing();
        await Promtool.AssertFiringAsync((await AlertCases.HealthyAsync()).Scrapes);
    }

    /// <summary>Whoever is woken reads the annotations first, and the runbook next.</summary>
    [Fact]
    public void Have_a_place_in_the_runbook_that_says_what_it_means_what_to_look_at_and_what_to_do()
    {
        var runbook = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "runbook.md"));
        var chapters = Chapter().Split(runbook).Skip(1).ToDictionary(chapter => chapter.Split('\n')[0].Trim());

        Assert.Equal(AlertRule.All.Select(rule => rule.Name).Order(StringComparer.Ordinal), chapters.Keys.Where(name => name.StartsWith("Fabraix", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(AlertRule.All, rule =>
        {
            Assert.Equal(["description", "runbook", "summary"], rule.Annotations.Keys.Order(StringComparer.Ordinal));
            Assert.Equal($"docs/runbook.md#{rule.Name.ToLowerInvariant()}", rule.Annotations["runbook"]);
            Assert.Contains(rule.Severity, (string[])["critical", "warning"]);
            Assert.All((string[])["**Means.**", "**Look at.**", "**Do.**"], part => Assert.Contains(part, chapters[rule.Name], StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Are_the_same_for_the_operator()
    {
        var resource = File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "observability", "prometheus-rule.yaml"));
        var rules = File.ReadAllText(AlertRule.File);

        Assert.EndsWith("spec:\n" + Line().Replace(rules[rules.IndexOf("groups:", StringComparison.Ordinal)..], "  "), resource, StringComparison.Ordinal);
        Assert.Contains("kind: PrometheusRule\n", resource, StringComparison.Ordinal);
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Chapter();

    [GeneratedRegex("^(?=.)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
