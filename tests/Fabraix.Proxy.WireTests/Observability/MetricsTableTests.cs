using System.Text.RegularExpressions;
using Xunit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>
/// The table in docs/telemetry.md is the snapshot: dashboards are built on these names, types, units and labels. Meters belong to the process, so these tests run while no other
/// proxy does.
/// </summary>
[Collection(RunAlone.Name)]
public sealed partial class MetricsTableTests(EverythingFixture everything) : IClassFixture<EverythingFixture>
{
    /// <summary>Only where standard output takes no more lines, which LostLinesTests brings about.</summary>
    private const string Lost = "fabraix_proxy_log_lines_lost_total";

    /// <summary>The exporter's and the runtime's own, which are documented by their makers.</summary>
    private static readonly string[] Others = ["target_info", "dotnet_"];

    private static IReadOnlyList<MetricRow> Rows { get; } = [.. Row().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "telemetry.md"))).Select(row => new MetricRow(
        row.Groups["otel"].Value, row.Groups["name"].Value, row.Groups["type"].Value, row.Groups["unit"].Value, [.. Label().Matches(row.Groups["labels"].Value).Select(label => label.Groups["name"].Value)]))];

    [Fact]
    public async Task Lists_every_metric_of_a_live_scrape_with_its_type_and_its_labels_and_no_other()
    {
        var scrape = await everything.ScrapeAsync();

        Assert.Equal(
            Rows.Where(row => row.Name != Lost).Select(row => $"{row.Name} {row.Type}").Order(StringComparer.Ordinal),
            scrape.Types.Where(family => !Others.Any(other => family.Key.StartsWith(other, StringComparison.Ordinal))).Select(family => $"{family.Key} {family.Value}").Order(StringComparer.Ordinal));

        // Of the platform's own metrics a label may come only with a kind of failure that is not brought about here.
        Assert.All(Rows.Where(row => row.Name != Lost && !IsPlatforms(row.Name)), row => Assert.Equal(row.Labels.Order(StringComparer.Ordinal), LabelsOf(scrape, row.Name)));
        Assert.All(Rows.Where(row => IsPlatforms(row.Name)), row => Assert.Equal([], LabelsOf(scrape, row.Name).Except(row.Labels)));
    }

    /// <summary>OpenTelemetry's rules for Prometheus: dots become underscores, the unit and, at a counter, <c>_total</c> come behind.</summary>
    [Fact]
    public void Has_names_that_follow_from_name_unit_and_type() => Assert.All(Rows, row =>
    {
        var unit = row.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => Annotation().IsMatch(row.Unit) ? "" : throw new InvalidDataException($"{row.Name}: {row.Unit} is no unit"),
        };
        Assert.Equal(row.Otel.Replace('.', '_') + unit + (row.Type == "counter" ? "_total" : ""), row.Name);
    });

    private static bool IsPlatforms(string name) => name.StartsWith("kestrel_", StringComparison.Ordinal) || name.StartsWith("http_client_", StringComparison.Ordinal);

    private static IEnumerable<string> LabelsOf(Scrape scrape, string family) => scrape.Series.Keys
        .Where(series => Scrape.NameOf(series) is var name && (name == family || (name.StartsWith(family, StringComparison.Ordinal) && name[family.Length..] is "_bucket" or "_sum" or "_count")))
        .SelectMany(Scrape.LabelsOf).Where(label => label is not ("le" or "otel_scope_name")).Distinct().Order(StringComparer.Ordinal);

    private sealed record MetricRow(string Otel, string Name, string Type, string Unit, IReadOnlyList<string> Labels);

    [GeneratedRegex(@"^\| `(?<otel>[a-z_.]+)` \| `(?<name>[a-z_]+)` \| (?<type>counter|gauge|histogram) \| `(?<unit>[^`]+)` \| (?<labels>[^|]*) ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[a-z_]+)`")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\{[a-z]+\}$")]
    private static partial Regex Annotation();
}
