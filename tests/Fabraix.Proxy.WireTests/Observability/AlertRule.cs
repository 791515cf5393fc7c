using System.Text.RegularExpressions;

namespace Fabraix.Proxy.WireTests.Observability;

/// <summary>One rule of deploy/observability/alerts.yaml, which promtool has judged: only the layout that the file keeps is read.</summary>
internal sealed partial record AlertRule(string Name, string Expression, string Severity, IReadOnlyDictionary<string, string> Annotations)
{
    public static string File { get; } = Path.Combine(Checkout.Root, "deploy", "observability", "alerts.yaml");

    public static IReadOnlyList<AlertRule> All { get; } = [.. Rule().Split(System.IO.File.ReadAllText(File)).Skip(1).Select(Parse)];

    private static AlertRule Parse(string text) => new(
        text.Split('\n')[0].Trim(),
        Expr().Match(text).Groups["expr"].Value,
        Field().Matches(text).Single(field => field.Groups["name"].Value == "severity").Groups["value"].Value,
        Field().Matches(text).Where(field => field.Groups["name"].Value != "severity").ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value));

    [GeneratedRegex("^ {6}- alert: ", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex("^ {8}expr: \\|\n(?<expr>( {10}.*\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Expr();

    [GeneratedRegex("^ {10}(?<name>severity|summary|description|runbook): (?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Field();
}
