using System.Globalization;
using System.Security.Cryptography;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Secrets.File;

/// <summary>
/// <c>file:/path</c>: a mounted Kubernetes Secret, a Docker secret, a file of the CSI driver or a plain one. It is read anew each
/// time, and never written. Its version is the time of its last change.
/// </summary>
internal sealed class FileSecretStore : IWatchingSecretStore
{
    // A key of 4 KiB in a JSON object among others.
    private const int Most = 64 * 1024;

    public static string? Judge(SecretReference secret) => secret.Identifier.Contains('\0', StringComparison.Ordinal) ? "does not name a file." : null;

    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        var buffer = new byte[Most + 1];
        try
        {
            await using var file = new FileStream(secret.Identifier, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            var version = System.IO.File.GetLastWriteTimeUtc(file.SafeFileHandle).ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
            var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return count > Most
                ? SecretReading.Failed(SecretOutcome.TooLong, "the file is larger than 64 KiB", version)
                : SecretText.Read(buffer.AsSpan(0, count), secret.Field, version);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return SecretReading.Failed(SecretOutcome.Absent, "the file does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            return SecretReading.Failed(SecretOutcome.Forbidden, "the file may not be read, or is none");
        }
        catch (IOException e)
        {
            return SecretReading.Failed(SecretOutcome.Unavailable, $"the file could not be read ({e.GetType().Name})");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    public Task WatchAsync(SecretReference secret, Action changed, CancellationToken cancellation) => FileWatch.WatchAsync(secret.Identifier, changed, cancellation);
}
