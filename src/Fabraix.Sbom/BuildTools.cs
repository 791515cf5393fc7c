using System.Xml.Linq;

namespace Fabraix.Sbom;

/// <summary>Packages that work while the program is built, and leave nothing in it.</summary>
internal static class BuildTools
{
    /// <summary>What the build files reference for themselves alone: <c>PrivateAssets="all"</c>.</summary>
    public static IReadOnlySet<string> ReadFrom(params IEnumerable<XDocument> buildFiles) =>
        buildFiles.SelectMany(file => file.Descendants("PackageReference"))
            .Where(reference => (string?)reference.Attribute("PrivateAssets") == "all")
            .Select(reference => (string)reference.Attribute("Include")!)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The SDK adds these by itself where it compiles ahead of time.</summary>
    public static bool IsNativeCompiler(string package) => package.EndsWith("Microsoft.DotNet.ILCompiler", StringComparison.OrdinalIgnoreCase);

    public static bool IsLinker(string package) => package.Equals("Microsoft.NET.ILLink.Tasks", StringComparison.OrdinalIgnoreCase);
}
