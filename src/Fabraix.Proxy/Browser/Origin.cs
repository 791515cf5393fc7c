using System.Diagnostics.CodeAnalysis;

namespace Fabraix.Proxy.Browser;

/// <summary>A serialised origin exactly as a browser sends it (RFC 6454 section 6.2): lower-case scheme and host, no default port, no path.</summary>
internal sealed record Origin
{
    private Origin(string value, bool isCleartext) => (Value, IsCleartext) = (value, isCleartext);

    public string Value { get; }

    /// <summary>Whether anyone on the way can put script into its pages: http, and not to this machine.</summary>
    public bool IsCleartext { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Origin? origin)
    {
        origin = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            return false;

        // Writing the parsed origin again shows everything that a browser would not have sent.
        if (!string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.Ordinal) || uri.UserInfo.Length > 0 || text.Contains('*', StringComparison.Ordinal))
            return false;

        origin = new Origin(text, uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback);
        return true;
    }

    public override string ToString() => Value;
}
