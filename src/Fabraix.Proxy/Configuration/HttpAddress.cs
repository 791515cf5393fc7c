namespace Fabraix.Proxy.Configuration;

/// <summary>Rules that every configured outgoing address obeys.</summary>
internal static class HttpAddress
{
    /// <summary>Reads an absolute http(s) URL without user info; http only to loopback, unless the section says DangerousAllowHttp.</summary>
    /// <param name="section">Where it stands.</param>
    /// <param name="key">Under which name.</param>
    /// <param name="text">What is set.</param>
    /// <param name="allowHttp">Whether the section says DangerousAllowHttp.</param>
    /// <param name="example">What a right one looks like there.</param>
    public static Uri? Read(SectionReader section, string key, string text, bool allowHttp, string example)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            section.Mistake(key, "is not an http or https URL.", $"Set an absolute URL such as {example}.");
            return null;
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            section.Mistake(key, "has user info or a fragment.", "Set the URL without them.");
            return null;
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && !allowHttp)
        {
            section.Mistake(key, "is http to another machine: whoever is on the way reads and changes it.", $"Set an https URL, or {section.Path}:DangerousAllowHttp to true.");
            return null;
        }

        return uri;
    }
}
