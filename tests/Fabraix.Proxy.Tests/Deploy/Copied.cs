using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>A user's copy of the folder <c>example</c>: one file under <c>values</c> is chosen, and what is there is filled in, with all that is optional.</summary>
internal static partial class Copied
{
    /// <summary>What somebody would write in place of a sample value, or of a part of one.</summary>
    private static readonly (string Sample, string Own)[] FilledIn =
        [("example", "mine"), ("00000000-0000-0000-0000-000000000000", "11111111-2222-3333-4444-555555555555"), ("111122223333", "444455556666"), ("192.0.2.", "10.0.0.")];

    /// <summary>The search for what was forgotten, as docs/kubernetes.md has it.</summary>
    public static Regex LastLook { get; } = new(Grep().Match(File.ReadAllText(Repository.File("docs", "kubernetes.md"))).Groups["pattern"].Value, RegexOptions.None, TimeSpan.FromSeconds(1));

    public static IReadOnlyList<string> Values { get; } = Deployments.FoldersIn("example/values");

    /// <param name="choice">A folder of <c>values</c>.</param>
    /// <param name="forget">Whether its own file stays as it was copied.</param>
    public static async Task<string> RenderAsync(string choice, bool forget = false)
    {
        using var folder = new TemporaryFolder();
        foreach (var part in new[] { "kubernetes", "observability" })
            CopyAll(Repository.File("deploy", part), Path.Combine(folder.Path, part));
        var example = Path.Combine(folder.Path, "kubernetes", "example");
        foreach (var file in Directory.GetFiles(example, "*", SearchOption.AllDirectories).Where(file => !forget || Path.GetDirectoryName(file) != Path.Combine(example, "values", choice)))
            await File.WriteAllTextAsync(file, FilledIn.Aggregate(await File.ReadAllTextAsync(file), (text, pair) => Optional().Replace(text, "${indent}").Replace(pair.Sample, pair.Own, StringComparison.Ordinal)));
        var kustomization = Path.Combine(example, "kustomization.yaml");
        await File.WriteAllTextAsync(kustomization, Choose(await File.ReadAllTextAsync(kustomization), choice));
        return await Kubectl.KustomizeAsync(example);
    }

    /// <summary>Takes the "#" from one line, and has no other of the same list where one alone may be.</summary>
    private static string Choose(string text, string choice)
    {
        var taken = Deployments.Overlays.Contains(choice) ? "  - ../overlays/secret\n" : choice == "gateway" ? "  - values/ingress-nginx\n" : "";
        Assert.Contains($"  - values/{choice}\n", text.Replace("# - ", "- ", StringComparison.Ordinal), StringComparison.Ordinal);
        return (taken.Length == 0 ? text : text.Replace(taken, "", StringComparison.Ordinal)).Replace($"# - values/{choice}\n", $"- values/{choice}\n", StringComparison.Ordinal);
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A patch that waits for who needs it.</summary>
    [GeneratedRegex("^(?<indent> +)# (?=- target|  patch|(    )?- \\{ op)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Optional();

    [GeneratedRegex("kubectl kustomize .* grep -nE '(?<pattern>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Grep();
}
