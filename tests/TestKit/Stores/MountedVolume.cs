using System.Diagnostics;

namespace Fabraix.TestKit;

/// <summary>
/// A folder as the kubelet keeps the volume of a Secret or a ConfigMap: a file is a link through <c>..data</c>, which is a link to a folder
/// of the current version; an update makes a new folder and renames a new link over <c>..data</c>.
/// </summary>
internal sealed class MountedVolume : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-volume-");
    private readonly string name;
    private int version;

    public MountedVolume(string name, string value)
        : this(new Dictionary<string, string> { [name] = value })
    {
    }

    public MountedVolume(IReadOnlyDictionary<string, string> files)
    {
        name = files.Keys.First();
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "..data"), Write(files));
        foreach (var file in files.Keys) System.IO.File.CreateSymbolicLink(PathOf(file), Path.Combine("..data", file));
    }

    /// <summary>What the configuration names.</summary>
    public string File => PathOf(name);

    public string PathOf(string file) => Path.Combine(folder.FullName, file);

    /// <summary>A new version, all at once; null is one without the file.</summary>
    public Task UpdateAsync(string? value) => UpdateAsync(value is null ? [] : new Dictionary<string, string> { [name] = value });

    public async Task UpdateAsync(Dictionary<string, string> files)
    {
        var old = PathOf(Directory.ResolveLinkTarget(PathOf("..data"), returnFinalTarget: false)!.Name);
        Directory.CreateSymbolicLink(PathOf("..data_tmp"), Write(files));
        // rename(2) replaces a link to a folder, which the framework's Move does not do.
        using var move = Process.Start("mv", ["-T", PathOf("..data_tmp"), PathOf("..data")]);
        await move.WaitForExitAsync().InTimeAsync("the rename");
        Directory.Delete(old, recursive: true);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The new version's folder, by a name relative to the volume.</summary>
    private string Write(IReadOnlyDictionary<string, string> files)
    {
        var current = $"..2026_{++version}";
        var path = folder.CreateSubdirectory(current).FullName;
        foreach (var (file, value) in files) System.IO.File.WriteAllText(Path.Combine(path, file), value);
        return current;
    }
}
