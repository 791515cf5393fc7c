using System.Diagnostics;

namespace Fabraix.TestKit;

/// <summary>
/// A folder as the kubelet keeps the volume of a Secret or a ConfigMap: the file is a link through <c>..data</c>, which is a link to a folder
/// of the current version; an update makes a new folder and renames a new link over <c>..data</c>.
/// </summary>
internal sealed class MountedVolume : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-volume-");
    private readonly string name;
    private int version;

    public MountedVolume(string name, string value)
    {
        this.name = name;
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "..data"), Write(value));
        System.IO.File.CreateSymbolicLink(File, Path.Combine("..data", name));
    }

    /// <summary>What the configuration names.</summary>
    public string File => Path.Combine(folder.FullName, name);

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
        var current = $"..2026_{++version}";
        var path = folder.CreateSubdirectory(current).FullName;
        if (value is not null) System.IO.File.WriteAllText(Path.Combine(path, name), value);
        return current;
    }
}
