namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>A folder of one test, gone after it.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo info = Directory.CreateTempSubdirectory("fabraix-store-");

    public string FullName => info.FullName;

    public string At(string name) => Path.Combine(info.FullName, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Dispose() => info.Delete(recursive: true);
}
