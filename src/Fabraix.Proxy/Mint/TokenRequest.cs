using System.Globalization;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>What a client asks for, judged: nothing in it is beyond what the client may have.</summary>
internal sealed record TokenRequest(string Subject, IReadOnlyList<string> Scopes, TimeSpan Lifetime, ExtraClaims Claims, string? KeyThumbprint)
{
    private const int LongestSubject = 512;
    private const int ThumbprintLength = 43;

    public static (TokenRequest? Request, OAuthError? Error) Read(Form form, MintClientOptions client)
    {
        if (form["grant_type"] is not { } grant)
            return (null, OAuthError.Request("Set grant_type to client_credentials."));
        if (grant != "client_credentials")
            return (null, OAuthError.UnsupportedGrant);
        if (form["subject"] is not { Length: <= LongestSubject } subject)
            return (null, OAuthError.Request("Set subject to your user's own id, of 1 to 512 characters."));

        var scopes = form["scope"]?.Split(' ') ?? client.Scopes;
        if (scopes.Any(scope => !client.Scopes.Contains(scope)))
            return (null, OAuthError.BeyondScope);
        if (ReadLifetime(form["lifetime"], client.MaxLifetime) is not { } lifetime)
            return (null, OAuthError.Request("Set lifetime to whole seconds, at least 1 and at most the client's MaxLifetime, or leave it out."));
        var claims = ExtraClaims.None;
        if (form["claims"] is { } json && !ExtraClaims.TryParse(json, out claims))
            return (null, OAuthError.Request("Set claims to a JSON object of at most 2 KiB, without a name twice and without claims that the mint sets itself."));

        // RFC 9449 section 10: base64url of SHA-256.
        var thumbprint = form["dpop_jkt"];
        if (thumbprint is not null && !(thumbprint.Length == ThumbprintLength && CompactJws.IsCanonical(thumbprint)))
            return (null, OAuthError.Request("Set dpop_jkt to the thumbprint of the page's key (RFC 7638), 43 characters of base64url."));
        return (new TokenRequest(subject, [.. scopes.Distinct(StringComparer.Ordinal)], lifetime, claims, thumbprint), null);
    }

    private static TimeSpan? ReadLifetime(string? text, TimeSpan most)
    {
        if (text is null)
            return most;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds <= most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
