namespace Fabraix.Sandbox;

/// <summary>
/// The secret file the proxy reads its key from: in a directory of its own, readable by this user only, gone after the stop.
/// A new value replaces the file in one rename, as a mounted Kubernetes Secret does, so that no reader sees half a key.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabraix-sandbox-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "api-key");

    public void Write(string value)
    {
        var fresh = Path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(fresh, options))
            writer.Write(value);
        File.Move(fresh, Path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            _directory.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody tidied up already, which is all this wants.
        }
    }
}
