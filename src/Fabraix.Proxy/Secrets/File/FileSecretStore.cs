using System.Text;

namespace Fabraix.Proxy.Secrets.File;

/// <summary><c>file:/path</c>: a mounted Kubernetes Secret, a Docker secret or a plain file. It is read anew each time, and never written.</summary>
internal sealed class FileSecretStore : ISecretStore
{
    // A key of 4 KiB, its newline, and one byte to see that there is more.
    private const int Most = 4096 + 3;

    public string Scheme => "file";

    public string? Judge(string identifier) =>
        identifier.Contains('#', StringComparison.Ordinal) ? "has a #field, which is not supported yet." : null;

    public async ValueTask<SecretReading> ReadAsync(string identifier, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(identifier, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            var buffer = new byte[Most];
            var count = await file.ReadAtLeastAsync(buffer, Most, throwOnEndOfStream: false, cancellation);
            return SecretReading.Of(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return SecretReading.Failed("the file does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SecretReading.Failed($"the file could not be read ({e.GetType().Name})");
        }
    }
}
