using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>What the repository tells its readers about configuration.</summary>
internal static partial class Documents
{
    /// <summary>README and its like, and what lies in docs and deploy, by their path. Changes tell of the past, and so are left out.</summary>
    public static IEnumerable<(string Path, string Text)> Pages =>
        from file in Directory.EnumerateFiles(Repository.Root, "*.md").Concat(In("docs", "*.md")).Concat(In("deploy", "*.md"))
        where Path.GetFileName(file) != "CHANGELOG.md"
        select (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file));

    /// <summary>Every configuration that somebody may copy: the shipped file, files in deploy, and samples in pages.</summary>
    public static IEnumerable<(string Path, string Json)> Samples =>
    [
        ("appsettings.json", Sample.Shipped),
        .. In("deploy", "*.json").Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file))).Where(sample => IsOurs(sample.Item2)),
        .. Pages.SelectMany(page => SamplesIn(page.Text).Select(json => (page.Path, json))),
    ];

    public static IEnumerable<string> SamplesIn(string markdown) => Fence().Matches(markdown).Select(fence => fence.Groups["json"].Value).Where(IsOurs);

    private static bool IsOurs(string json) => json.Contains("\"Fabraix\"", StringComparison.Ordinal);

    private static string[] In(string folder, string pattern) =>
        Directory.Exists(Repository.File(folder)) ? Directory.GetFiles(Repository.File(folder), pattern, SearchOption.AllDirectories) : [];

    [GeneratedRegex("^[ ]*```jsonc?[ ]*\n(?<json>.*?)^[ ]*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
