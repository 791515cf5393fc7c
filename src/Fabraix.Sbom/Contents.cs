using System.Xml.Linq;

namespace Fabraix.Sbom;

/// <summary>What is in the program, by the committed files alone.</summary>
internal static class Contents
{
    /// <summary>Every package of the lock file but the build's own tools, and in a native program .NET itself.</summary>
    public static IReadOnlyList<Part> Of(LockFile locked, XDocument buildProps, XDocument packagesProps, XDocument project)
    {
        var tools = BuildTools.ReadFrom(buildProps, project);
        var parts = locked.Packages.Where(package => !tools.Contains(package.Name) && !BuildTools.IsNativeCompiler(package.Name) && !BuildTools.IsLinker(package.Name));
        if (locked.IsNative)
            parts = parts.Concat(Runtime(locked.Platform ?? throw new InvalidDataException("A native program is for one platform."), packagesProps));
        var inside = parts.OrderBy(part => part.Name, StringComparer.Ordinal).ToList();

        // What the framework brings itself is in no lock file; a reference to it ends here.
        var names = inside.Select(part => part.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. inside.Select(part => part with { DependsOn = [.. part.DependsOn.Where(names.Contains).Order(StringComparer.Ordinal)] })];
    }

    private static IEnumerable<Part> Runtime(string platform, XDocument packagesProps) =>
    [
        new($"Microsoft.NETCore.App.Runtime.NativeAOT.{platform}", Property("NativeRuntimeVersion", packagesProps), null, []),
        new($"Microsoft.AspNetCore.App.Runtime.{platform}", Property("NativeAspNetCoreVersion", packagesProps), null, []),
    ];

    public static string Property(string name, XDocument props) =>
        props.Descendants(name).SingleOrDefault()?.Value ?? throw new InvalidDataException($"The build files have no {name}.");

    /// <summary>What the program itself asks for: whatever no other part does.</summary>
    public static IEnumerable<Part> Roots(IReadOnlyList<Part> parts)
    {
        var below = parts.SelectMany(part => part.DependsOn).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return parts.Where(part => !below.Contains(part.Name));
    }
}
