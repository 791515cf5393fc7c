using System.Text.Json;

namespace Fabraix.Sbom;

/// <summary>A <c>packages.lock.json</c>: its packages for all platforms, and over them those of the one platform that it is for.</summary>
internal sealed class LockFile
{
    private LockFile(IReadOnlyList<Part> packages, string? platform) => (Packages, Platform) = (packages, platform);

    public IReadOnlyList<Part> Packages { get; }

    /// <summary>Such as <c>linux-x64</c>; null in a lock file for any.</summary>
    public string? Platform { get; }

    /// <summary>A native program is compiled by a package, which a lock file for one has.</summary>
    public bool IsNative => Packages.Any(package => BuildTools.IsNativeCompiler(package.Name));

    public static LockFile Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var targets = document.RootElement.GetProperty("dependencies").EnumerateObject().OrderBy(target => target.Name, StringComparer.Ordinal).ToList();
        if (targets.Select(target => target.Name.Split('/')[0]).Distinct(StringComparer.Ordinal).Count() != 1 || targets.Count > 2)
            throw new InvalidDataException("A lock file for one framework and at most one platform is wanted.");

        var packages = new SortedDictionary<string, Part>(StringComparer.Ordinal);
        foreach (var package in targets.SelectMany(target => target.Value.EnumerateObject()).Where(IsPackage))
            packages[package.Name] = Read(package);
        return new LockFile([.. packages.Values], targets[^1].Name.Split('/') is [_, var platform] ? platform : null);
    }

    private static bool IsPackage(JsonProperty package) => package.Value.GetProperty("type").GetString() != "Project";

    private static Part Read(JsonProperty package) => new(
        package.Name,
        package.Value.GetProperty("resolved").GetString()!,
        package.Value.GetProperty("contentHash").GetString()!,
        package.Value.TryGetProperty("dependencies", out var dependencies) ? [.. dependencies.EnumerateObject().Select(dependency => dependency.Name)] : []);
}
