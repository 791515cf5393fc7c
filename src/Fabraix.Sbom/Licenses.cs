using System.Xml.Linq;

namespace Fabraix.Sbom;

/// <summary>What a restored package says of its licence, in the folder that NuGet keeps it in.</summary>
internal static class Licenses
{
    /// <summary>The SPDX expression; null where the package is not there, or has a file or a link instead of one.</summary>
    public static string? Find(string folder, string name, string version)
    {
        // NuGet's folders are in lower case.
#pragma warning disable CA1308
        var (id, number) = (name.ToLowerInvariant(), version.ToLowerInvariant());
#pragma warning restore CA1308
        var file = Path.Combine(folder, id, number, id + ".nuspec");
        return File.Exists(file) ? Read(XDocument.Load(file)) : null;
    }

    internal static string? Read(XDocument nuspec) =>
        nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == "license" && (string?)element.Attribute("type") == "expression")?.Value.Trim();
}
