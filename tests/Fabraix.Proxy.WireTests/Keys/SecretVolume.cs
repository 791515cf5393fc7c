using System.Diagnostics;
using Fabraix.TestKit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>
/// A folder as the kubelet keeps a Secret's volume: the file is a link through <c>..data</c>, which is a link to a folder
/// of the current version; an update makes a new folder and renames a new link over <c>..data</c>.
/// </summary>
internal sealed class SecretVolume : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-volume-");
    private int version;

    public SecretVolume(string value)
    {
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "..data"), Write(value));
        File.CreateSymbolicLink(KeyFile, Path.Combine("..data", "api-key"));
    }

    /// <summary>What the configuration names.</summary>
    public string KeyFile => Path.Combine(folder.FullName, "api-key");

    /// <summary>A new version, all at once; null is one without the file.</summary>
    public async Task UpdateAsync(string? value)
    {
        var old = Path.Combine(folder.FullName, Directory.ResolveLinkTarget(Path.Combine(folder.FullName, "..data"), returnFinalTarget: false)!.Name);
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "..data_tmp"), Write(value));
        // rename(2) replaces a link to a folder, which the framework's Move does not do.
        using var move = Process.Start("mv", ["-T", Path.Combine(folder.FullName, "..data_tmp"), Path.Combine(folder.FullName, "..data")]);
        await move.WaitForExitAsync().InTimeAsync("the rename");
        Directory.Delete(old, recursive: true);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The new version's folder, by a name relative to the volume.</summary>
    private string Write(string? value)
    {
        var name = $"..2026_{++version}";
        var path = folder.CreateSubdirectory(name).FullName;
        if (value is not null) File.WriteAllText(Path.Combine(path, "api-key"), value);
        return name;
    }
}
