using System.Diagnostics;
using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>Prometheus's own tool, which evaluates rules as the server does. Where there is none the test is skipped, and in CI fails.</summary>
internal static class Promtool
{
    /// <summary>Labels that a scraper adds.</summary>
    private static readonly (string Name, string Value)[] Target = [("job", "fabraix-proxy"), ("instance", "replica-1:8081")];

    public static void SkipWhereMissing()
    {
        var missing = !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "promtool")));
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.False(missing, "No promtool here: install Debian's prometheus, as tests/run does. In CI that is a failure.");
        Assert.SkipWhen(missing, "No promtool here: install Debian's prometheus, as tests/run does.");
    }

    /// <summary>Has the rules judge scrapes that are a minute apart, and says at the last of them which alerts fire: exactly these, with their labels and annotations.</summary>
    /// <param name="scrapes">In their order.</param>
    /// <param name="firing">Alerts that fire at the end, each with the labels that its rule leaves; any other must not.</param>
    public static async Task AssertFiringAsync(IReadOnlyList<Scrape> scrapes, params (string Alert, (string Name, string Value)[] Labels)[] firing)
    {
        var named = AlertRule.All.SelectMany(rule => PromQl.Parse(rule.Expression).Metrics).ToHashSet();
        var test = new
        {
            rule_files = new[] { AlertRule.File },
            evaluation_interval = "1m",
            tests = new[]
            {
                new
                {
                    interval = "1m",
                    input_series = scrapes.SelectMany(scrape => scrape.Series.Keys).Distinct().Where(series => named.Contains(Scrape.NameOf(series)))
                        .Select(series => new { series = WithTarget(series), values = string.Join(' ', scrapes.Select(scrape => scrape.Series.GetValueOrDefault(series, "_"))) }).ToArray(),
                    alert_rule_test = AlertRule.All.Select(rule => new
                    {
                        eval_time = $"{scrapes.Count - 1}m",
                        alertname = rule.Name,
                        exp_alerts = firing.Where(one => one.Alert == rule.Name).Select(one => Expected(rule, [Target[0], .. one.Labels])).ToArray(),
                    }).ToArray(),
                },
            },
        };
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(test));
        var (exitCode, output) = await RunAsync("test", "rules", file);
        File.Delete(file);
        Assert.True(exitCode == 0, output);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).InTimeAsync("promtool's output");
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }

    private static object Expected(AlertRule rule, (string Name, string Value)[] labels) => new
    {
        exp_labels = labels.Append(("severity", rule.Severity)).ToDictionary(label => label.Item1, label => label.Item2),
        exp_annotations = rule.Annotations.ToDictionary(
            annotation => annotation.Key, annotation => labels.Aggregate(annotation.Value, (text, label) => text.Replace($"{{{{ $labels.{label.Name} }}}}", label.Value, StringComparison.Ordinal))),
    };

    private static string WithTarget(string series)
    {
        var target = string.Join(',', Target.Select(label => $"{label.Name}=\"{label.Value}\""));
        return series.EndsWith('}') ? $"{series[..^1]},{target}}}" : $"{series}{{{target}}}";
    }
}
