namespace Fabraix.Proxy.Tokens;

/// <summary>
/// What the one Authorization header says: scheme, one space, the token (RFC 6750 section 2.1, RFC 9449 section 7.1; RFC 9110 section 11.1:
/// the scheme in any case).
/// </summary>
/// <param name="Scheme">As it is written in a challenge.</param>
/// <param name="Token">The token's text, empty where the header is not well-formed.</param>
internal sealed record Credentials(string Scheme, string Token)
{
    public const string Bearer = "Bearer";
    public const string Dpop = "DPoP";

    public bool AreDpop => Scheme == Dpop;

    /// <summary>The credentials, or null where none were sent that the options know.</summary>
    public static Credentials? Read(HttpRequest request, TokenOptions options)
    {
        var header = request.Headers.Authorization.ToString();
        return Read(header, Bearer) ?? (options.AcceptsDpop ? Read(header, Dpop) : null);
    }

    private static Credentials? Read(string header, string scheme)
    {
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length == scheme.Length)
            return null;
        if (header[scheme.Length] != ' ')
            return null;
        var token = header[(scheme.Length + 1)..];
        return new Credentials(scheme, token.AsSpan().ContainsAny(' ', ',', '\t') ? "" : token);
    }
}
