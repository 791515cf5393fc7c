using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Fabraix.Proxy.ContainerTests;

/// <summary><c>deploy/compose/compose.yaml</c> with its variables filled in, as the engine's own tool does it.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object> root;

    private ComposeFile(Dictionary<object, object> root) => this.root = root;

    public static string Folder { get; } = Repository.File("deploy", "compose");

    /// <summary>Names of variables without a default: compose starts nothing without them.</summary>
    public static IReadOnlyList<string> Wanted { get; } = [.. Variable().Matches(Text()).Where(match => match.Groups["kind"].Value == ":?").Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Known { get; } = [.. Variable().Matches(Text()).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)];

    public IEnumerable<string> Services => Map("services").Keys.Cast<string>();

    /// <exception cref="InvalidDataException">A variable that must be there is not.</exception>
    public static ComposeFile Read(IReadOnlyDictionary<string, string> variables)
    {
        var text = Variable().Replace(Text(), match => variables.TryGetValue(match.Groups["name"].Value, out var value) ? value
            : match.Groups["kind"].Value == ":-" ? match.Groups["rest"].Value
            : throw new InvalidDataException($"{match.Groups["name"].Value} is not set."));
        return new ComposeFile(new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<Dictionary<object, object>>(text));
    }

    /// <summary>The example's lines, which a user copies.</summary>
    public static IReadOnlyDictionary<string, string> Example() =>
        File.ReadLines(Path.Combine(Folder, ".env.example")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public string Scalar(params string[] path) => At(path) as string ?? throw new InvalidDataException($"{string.Join('.', path)} is no single value.");

    public IReadOnlyList<string> List(params string[] path) => At(path) is List<object> list ? [.. list.Cast<string>()] : [];

    public Dictionary<object, object> Map(params string[] path) => At(path) as Dictionary<object, object> ?? throw new InvalidDataException($"{string.Join('.', path)} is no map.");

    public bool Has(params string[] path) => At(path) is not null;

    private object? At(string[] path)
    {
        object? here = root;
        foreach (var name in path) here = here is Dictionary<object, object> map && map.TryGetValue(name, out var next) ? next : null;
        return here;
    }

    private static string Text() => File.ReadAllText(Path.Combine(Folder, "compose.yaml"));

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?<kind>:[-?])(?<rest>[^}]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
