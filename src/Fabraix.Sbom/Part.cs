namespace Fabraix.Sbom;

/// <summary>A package whose code is in the program.</summary>
/// <param name="ContentHash">SHA-512 in base64, as NuGet has it in the lock file; null where the package is in no lock file.</param>
internal sealed record Part(string Name, string Version, string? ContentHash, IReadOnlyList<string> DependsOn)
{
    /// <summary>An SPDX expression; null where the package names none.</summary>
    public string? License { get; init; }

    public string Purl => $"pkg:nuget/{Name}@{Version}";
}
