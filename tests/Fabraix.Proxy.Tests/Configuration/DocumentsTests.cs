using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed partial class DocumentsTests
{
    [Fact]
    public void List_every_option_and_no_other_in_the_READMEs_table() => Assert.Equal(
        ShippedSchema.Entries.Where(entry => !entry.IsSection && !entry.IsMap).Select(entry => entry.Path).Order(StringComparer.Ordinal),
        Rows().SelectMany(row => row.Paths).Order(StringComparer.Ordinal));

    [Fact]
    public void Give_the_defaults_that_the_schema_gives()
    {
        var defaults = ShippedSchema.Entries.Where(entry => entry.Schema.TryGetProperty("default", out _)).ToDictionary(entry => entry.Path, entry => entry.Schema.GetProperty("default").ToString());

        Assert.NotEmpty(defaults);
        Assert.Equal(
            defaults.Select(pair => $"{pair.Key}: {pair.Value}").Order(StringComparer.Ordinal),
            from row in Rows()
            from path in row.Paths
            where defaults.ContainsKey(path)
            orderby path
            select $"{path}: {(bool.TryParse(row.Default, out var flag) ? flag.ToString() : row.Default)}");
    }

    /// <summary>Where a page shows a mistake's own line, the name may be wrong on purpose.</summary>
    [Fact]
    public void Name_no_option_that_does_not_exist()
    {
        var named = Documents.Pages
            .SelectMany(page => page.Text.Split('\n').Where(line => !line.StartsWith("mistake ", StringComparison.Ordinal)).SelectMany(line => Named().Matches(line)).Select(name => (page.Path, Name: name.Value)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, option => !Exists(option.Name.Replace("__", ":", StringComparison.Ordinal).Split(':')[1..]));
    }

    [Fact]
    public void Show_configurations_in_fences_of_json() => Assert.Equal(
        ["{\"Fabraix\": 1}\n", "  {\"Fabraix\": 2} // jsonc\n"],
        Documents.SamplesIn("```json\n{\"Fabraix\": 1}\n```\n```json\n{\"other\": 1}\n```\n- a list\n  ```jsonc\n  {\"Fabraix\": 2} // jsonc\n  ```\n```sh\n\"Fabraix\"\n```\n"));

    /// <summary>Each goes on top of the shipped file, with the issuer and the origin that a user adds.</summary>
    [Fact]
    public void Show_no_configuration_that_the_reader_refuses() => Assert.Empty(
        from sample in Documents.Samples
        from mistake in Sample.Shown(Sample.Read(Sample.Shipped, Sample.IssuerAndOrigin, sample.Json).Mistakes)
        select $"{sample.Path}: {mistake}");

    private static bool Exists(string[] segments)
    {
        var at = ShippedSchema.Entries[0];
        foreach (var segment in segments)
        {
            var child = ShippedSchema.Entries.FirstOrDefault(entry => entry.Path == KnownKeys.Join(at.Path, at.IsMap ? ShippedSchema.AnyName : segment));
            var isIndex = child is null && at.Schema.TryGetProperty("items", out _) && int.TryParse(segment, out _);
            if (child is null && !isIndex)
                return false;
            at = child ?? at;
        }

        return true;
    }

    /// <summary>A row's first cell names one option, and others beside it by their last segment alone.</summary>
    private static IEnumerable<(IReadOnlyList<string> Paths, string Default)> Rows()
    {
        var rows = File.ReadAllText(Repository.File("README.md")).Split('\n')
            .SkipWhile(line => !line.StartsWith("| option, under `Fabraix:`", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        foreach (var cells in rows.Select(row => row.Split('|')))
        {
            var names = Quoted().Matches(cells[1]).Select(name => name.Groups[1].Value).ToList();
            yield return ([names[0], .. names[1..].Select(name => $"{names[0][..names[0].LastIndexOf(':')]}:{name}")], cells[3].Trim().Trim('`'));
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bFabraix(?:(?:__|:)[A-Za-z0-9-]+)+")]
    private static partial Regex Named();
}
