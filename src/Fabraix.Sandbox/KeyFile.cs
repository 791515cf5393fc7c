using System.Security.Cryptography;

namespace Fabraix.Sandbox;

/// <summary>
/// The secret file the proxy reads its key from, and beside it the one for its nonces: in a directory of their own, readable by this user only, gone after the stop.
/// A new value replaces the file in one rename, as a mounted Kubernetes Secret does, so that no reader sees half a key.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fabraix-sandbox-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "api-key");

    /// <summary>A secret that nonces are made with, new with each start.</summary>
    public string NonceSecretPath => System.IO.Path.Combine(_directory.FullName, "nonce-secret");

    public void Write(string value) => Write(Path, value);

    public void WriteNonceSecret() => Write(NonceSecretPath, RandomNumberGenerator.GetHexString(64));

    private static void Write(string path, string value)
    {
        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(fresh, options))
            writer.Write(value);
        File.Move(fresh, path, overwrite: true);
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
