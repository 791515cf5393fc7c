using System.Buffers;

namespace Fabraix.Proxy.Tokens.Dpop;

/// <summary>Compares a proof's <c>htu</c> with where the request went (RFC 9449 section 4.3): query and fragment do not count.</summary>
internal static class PublicTarget
{
    // RFC 3986 section 2. What else stands in a URI is a mistake that a parser might repair.
    private static readonly SearchValues<char> Uris =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <summary>
    /// Whether both are the same after normalisation by syntax and by scheme (RFC 3986 sections 6.2.2 and 6.2.3): case of scheme and host, default
    /// port, escapes of unreserved characters, dot segments.
    /// </summary>
    public static bool Is(string htu, Uri publicUrl, string path)
    {
        var end = htu.AsSpan().IndexOfAny('?', '#');
        var text = end < 0 ? htu : htu[..end];
        return !text.AsSpan().ContainsAnyExcept(Uris)
            && text.StartsWith($"{publicUrl.Scheme}://", StringComparison.OrdinalIgnoreCase)
            && !text.Contains('@', StringComparison.Ordinal)
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && string.Equals(uri.Host, publicUrl.Host, StringComparison.Ordinal)
            && uri.Port == publicUrl.Port
            && string.Equals(uri.AbsolutePath, path, StringComparison.Ordinal);
    }
}
