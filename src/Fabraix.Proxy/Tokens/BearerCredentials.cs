namespace Fabraix.Proxy.Tokens;

/// <summary>Reads the one Authorization header (RFC 6750 section 2.1: "Bearer", one space, the token; RFC 9110 section 11.1: the scheme in any case).</summary>
internal static class BearerCredentials
{
    private const string Scheme = "Bearer";

    /// <summary>The token's text, empty where the header is not well-formed, or null where no bearer token was sent.</summary>
    public static string? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length == Scheme.Length)
            return null;
        if (header[Scheme.Length] != ' ')
            return null;
        var token = header[(Scheme.Length + 1)..];
        return token.AsSpan().ContainsAny(' ', ',', '\t') ? "" : token;
    }
}
