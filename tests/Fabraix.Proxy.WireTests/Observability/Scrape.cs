using System.Text.RegularExpressions;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>One answer of <c>/metrics</c>: each series as it is written, with its value.</summary>
internal sealed partial class Scrape(string text)
{
    /// <summary>By its name with its labels, in the exposition's own writing.</summary>
    public IReadOnlyDictionary<string, string> Series { get; } = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => Line().Match(line)).ToDictionary(line => line.Groups["series"].Value, line => line.Groups["value"].Value);

    /// <summary>Families and their types.</summary>
    public IReadOnlyDictionary<string, string> Types { get; } = Type().Matches(text).ToDictionary(type => type.Groups["name"].Value, type => type.Groups["type"].Value);

    public static async Task<Scrape> OfAsync(ProxyUnderTest proxy) => new((await proxy.ManageAsync("/metrics")).Text);

    public static string NameOf(string series) => series.Split('{')[0];

    public static IEnumerable<string> LabelsOf(string series) => Label().Matches(series).Select(label => label.Groups["name"].Value);

    [GeneratedRegex(@"^(?<series>[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})?) (?<value>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex("^# TYPE (?<name>\\S+) (?<type>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("(?<=[{,])(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(\\\\.|[^\"\\\\])*\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();
}
