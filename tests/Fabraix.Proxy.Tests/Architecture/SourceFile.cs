using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Tests.Architecture;

/// <summary>One source file of the product.</summary>
internal sealed partial class SourceFile(string path, string text)
{
    /// <summary>Where the files beside <c>ProxyHost.cs</c> are.</summary>
    public const string Top = ".";

    private static readonly string Root = Repository.File("src", "Fabraix.Proxy");

    public static IReadOnlyList<SourceFile> All { get; } =
        [.. Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => new SourceFile(System.IO.Path.GetRelativePath(Root, file), File.ReadAllText(file)))];

    /// <summary>Relative to the project, such as <c>Edge/HostStep.cs</c>.</summary>
    public string Path { get; } = path.Replace('\\', '/');

    /// <summary>The outermost folder, or <see cref="Top"/>.</summary>
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.IndexOf('/', StringComparison.Ordinal)] : Top;

    public IReadOnlyList<string> Lines { get; } = text.TrimEnd('\n').Split('\n');

    /// <summary>The text without comments and without what stands in quotes.</summary>
    public string Code { get; } = NotCode().Replace(text, " ");

    [GeneratedRegex(""""//[^\n]*|/\*.*?\*/|\$*""".*?"""|\$?@"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'"""", RegexOptions.Singleline)]
    private static partial Regex NotCode();
}
