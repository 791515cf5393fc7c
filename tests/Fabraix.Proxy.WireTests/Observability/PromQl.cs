using System.Text.RegularExpressions;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>Which metrics a query names, and which labels: of a metric in its braces, or of the whole in a grouping. It knows as much of PromQL as the files in deploy use.</summary>
internal sealed partial class PromQl
{
    private static readonly HashSet<string> Words =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "inf", "nan"];

    private PromQl(string query)
    {
        // Grafana's variables stand for a duration or a text; either is as good as any.
        var rest = Text().Replace(query, "\"\"").Replace("$__rate_interval", "5m", StringComparison.Ordinal);
        rest = Range().Replace(rest, "");
        foreach (Match selector in Selector().Matches(rest))
            Selected.AddRange(Label().Matches(selector.Groups["labels"].Value).Select(label => (selector.Groups["metric"].Value, label.Groups["name"].Value)));
        rest = Braces().Replace(rest, "");
        Grouped = [.. Grouping().Matches(rest).SelectMany(group => group.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        Metrics = [.. Name().Matches(Grouping().Replace(rest, "")).Select(name => name.Value).Where(name => !Words.Contains(name.ToLowerInvariant())).Distinct()];
    }

    public IReadOnlyList<string> Metrics { get; }

    /// <summary>Labels in braces, each with its metric.</summary>
    public List<(string Metric, string Label)> Selected { get; } = [];

    public IReadOnlyList<string> Grouped { get; }

    public static PromQl Parse(string query) => new(query);

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Text();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{(?<labels>[^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Grouping();

    /// <summary>A name that no parenthesis follows: a function has one.</summary>
    [GeneratedRegex(@"(?<![\w.])[a-zA-Z_:][a-zA-Z0-9_:]*(?![\w:]|\s*\()")]
    private static partial Regex Name();
}
