using System.Globalization;
using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Mint;

/// <summary>What a client asks for, judged: nothing in it is beyond what the client may have.</summary>
internal sealed record TokenRequest(string Subject, IReadOnlyList<string> Scopes, TimeSpan Lifetime, ExtraClaims Claims, string? KeyThumbprint)
{
    private const int LongestSubject = 512;
    private const int ThumbprintLength = 43;
    private static readonly string[] Narrowing = ["scope", "dpop_jkt"];

    public static (TokenRequest? Request, OAuthError? Error) Read(Form form, MintClientOptions client, DpopUse dpop)
    {
        if (form["grant_type"] is not { } grant)
            return (null, OAuthError.Request("Set grant_type to client_credentials."));
        if (grant != "client_credentials")
            return (null, OAuthError.UnsupportedGrant);
        if (form["subject"] is not { Length: <= LongestSubject } subject)
            return (null, OAuthError.Request("Set subject to your user's own id, of 1 to 512 characters."));

        // By RFC 6749 section 3.2 a parameter without a value is absent, and here that would mean more than was asked for: all scopes, and no key.
        if (Array.Find(Narrowing, name => form.Has(name) && form[name] is null) is { } empty)
            return (null, OAuthError.Request($"{empty} is empty: give it a value, or leave it out for {(empty == "scope" ? "all of the client's scopes" : "a token that is bound to no key")}."));

        var scopes = form["scope"]?.Split(' ') ?? client.Scopes;
        if (scopes.Any(scope => !client.Scopes.Contains(scope)))
            return (null, OAuthError.BeyondScope);
        if (ReadLifetime(form["lifetime"], client.MaxLifetime) is not { } lifetime)
            return (null, OAuthError.Request("Set lifetime to whole seconds, at least 1 and at most the client's MaxLifetime, or leave it out."));
        var claims = ExtraClaims.None;
        if (form["claims"] is { } json && !ExtraClaims.TryParse(json, out claims))
            return (null, OAuthError.Request("Set claims to a JSON object of at most 2 KiB, without a name twice, each of visible ASCII and none that the mint keeps for itself, in any case of letters."));

        if (JudgeThumbprint(form["dpop_jkt"], dpop) is { } wrong)
            return (null, OAuthError.Request(wrong));
        return (new TokenRequest(subject, [.. scopes.Distinct(StringComparer.Ordinal)], lifetime, claims, form["dpop_jkt"]), null);
    }

    /// <summary>What is wrong with it, or with its absence: the proxy would refuse a token that is bound otherwise than its issuer's Dpop says.</summary>
    private static string? JudgeThumbprint(string? thumbprint, DpopUse dpop) => (thumbprint, dpop) switch
    {
        (null, DpopUse.Require) => "Set dpop_jkt: the issuer's Dpop is require.",
        (null, _) => null,
        (_, DpopUse.Off) => "Leave dpop_jkt out, or set the issuer's Dpop to accept: it is off.",

        // RFC 9449 section 10: base64url of SHA-256.
        _ => thumbprint.Length == ThumbprintLength && CompactJws.IsCanonical(thumbprint) ? null : "Set dpop_jkt to the thumbprint of the page's key (RFC 7638), 43 characters of base64url.",
    };

    private static TimeSpan? ReadLifetime(string? text, TimeSpan most)
    {
        if (text is null)
            return most;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds <= most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
