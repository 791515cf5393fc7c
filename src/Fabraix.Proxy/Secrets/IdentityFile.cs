using System.Text;

namespace Fabraix.Proxy.Secrets;

/// <summary>Reads the small files that hold the proxy's own identity. Others replace them while it runs, so they are read each time anew.</summary>
internal static class IdentityFile
{
    private const int Most = 64 * 1024;

    /// <param name="path">Where it is.</param>
    /// <param name="what">What a problem calls it; the path stays out of logs.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NoIdentityException">It is not there, or too large.</exception>
    public static async Task<string> ReadAsync(string path, string what, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            var buffer = new byte[Most + 1];
            var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return count <= Most ? Encoding.UTF8.GetString(buffer, 0, count) : throw NoIdentityException.Because($"{what} is larger than 64 KiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoIdentityException.Because($"{what} cannot be read ({e.GetType().Name})");
        }
    }

    /// <summary>Reads a token, without the newline that editors and shells leave behind it.</summary>
    /// <exception cref="NoIdentityException">It is not there, empty, or nothing that a header can carry.</exception>
    public static async Task<string> ReadTokenAsync(string path, string what, CancellationToken cancellation) =>
        Token(await ReadAsync(path, what, cancellation), what);

    /// <summary>Checks a token that comes from outside.</summary>
    /// <exception cref="NoIdentityException">It is empty, or nothing that a header can carry.</exception>
    public static string Token(string text, string what)
    {
        var token = text.Trim();
        return token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~') ? token : throw NoIdentityException.Because($"{what} holds no token");
    }
}
