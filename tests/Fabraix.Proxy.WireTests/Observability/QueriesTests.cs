using System.Text.Json;
using Xunit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>A query that names what does not exist is silent for ever. Meters belong to the process, so these tests run while no other proxy does.</summary>
[Collection(RunAlone.Name)]
public sealed class QueriesTests(EverythingFixture everything) : IClassFixture<EverythingFixture>
{
    /// <summary>What a scraper adds.</summary>
    private static readonly string[] Targets = ["job", "instance", "namespace"];

    private static readonly JsonElement Dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "observability", "dashboard.json"))).RootElement;

    private static JsonElement[] Panels => [.. Dashboard.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row")];

    private static IEnumerable<string> DashboardQueries => Panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);

    [Fact]
    public Task Of_the_alerts_name_metrics_and_labels_that_a_live_scrape_has() => AssertExistAsync(AlertRule.All.Select(rule => rule.Expression));

    [Fact]
    public Task Of_the_dashboard_name_metrics_and_labels_that_a_live_scrape_has() => AssertExistAsync(DashboardQueries);

    [Fact]
    public void Of_the_dashboard_ask_the_chosen_source_for_the_chosen_jobs()
    {
        Assert.InRange(DashboardQueries.Count(), 27, 200);
        Assert.All(DashboardQueries, query => Assert.All(PromQl.Parse(query).Metrics, metric => Assert.Contains((metric, "job"), PromQl.Parse(query).Selected)));
        Assert.All(Panels, panel => Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
        Assert.Equal(["datasource", "job"], Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()));
        Assert.Equal(Panels.Length, Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    /// <summary>promtool takes each query as the rule of a recording; Grafana's variables stand for what they become.</summary>
    [Fact]
    public async Task Of_the_dashboard_are_lawful()
    {
        Promtool.SkipWhereMissing();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            groups = new[] { new { name = "dashboard", rules = DashboardQueries.Select((query, i) => new { record = $"query_{i}", expr = query.Replace("$__rate_interval", "5m", StringComparison.Ordinal) }) } },
        }), TestContext.Current.CancellationToken);
        var (exitCode, output) = await Promtool.RunAsync("check", "rules", file);
        File.Delete(file);

        Assert.True(exitCode == 0, output);
    }

    private async Task AssertExistAsync(IEnumerable<string> queries)
    {
        var scrape = await everything.ScrapeAsync();
        var labels = scrape.Series.Keys.ToLookup(Scrape.NameOf, Scrape.LabelsOf).ToDictionary(group => group.Key, group => group.SelectMany(names => names).Concat(Targets).ToHashSet());
        foreach (var read in queries.Select(PromQl.Parse))
        {
            Assert.NotEmpty(read.Metrics);
            Assert.Equal([], read.Metrics.Where(metric => !labels.ContainsKey(metric)));
            Assert.Equal([], read.Selected.Where(one => !labels[one.Metric].Contains(one.Label)));
            Assert.Equal([], read.Grouped.Where(label => !read.Metrics.Any(metric => labels[metric].Contains(label))));
        }
    }
}
