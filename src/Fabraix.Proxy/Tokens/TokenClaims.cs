using System.Text.Json;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary>The registered claims that the proxy relies on (RFC 7519 section 4.1), typed, but not yet believed: only a verified signature makes them a <see cref="Caller"/>.</summary>
internal sealed record TokenClaims
{
    private const int LongestSubject = 512;
    private const int MostScopes = 100;
    private const int MostAudiences = 100;
    private const int LongestGroup = 128;
    private const double LastSecond = 253402300799; // 9999-12-31T23:59:59Z

    public required string Issuer { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Seconds since 1970 (RFC 7519 section 2, NumericDate), as are the other two.</summary>
    public required double Expires { get; init; }

    public required double IssuedAt { get; init; }

    public double? NotBefore { get; init; }

    /// <summary><c>jti</c> (RFC 7519 section 4.1.7), where there is one.</summary>
    public string? TokenId { get; init; }

    /// <summary>The claim by which users' shares are weighted, where it is configured and a string.</summary>
    public string? Group { get; init; }

    /// <summary>Whether the token is bound to something (RFC 7800): then possession must be proven.</summary>
    public bool IsBound { get; init; }

    /// <summary>The key that it is bound to, where <c>cnf</c> says that and nothing else.</summary>
    public Thumbprint? BoundTo { get; init; }

    /// <summary>The scheme that the token is for, as a challenge names it.</summary>
    public string Scheme => IsBound ? Credentials.Dpop : Credentials.Bearer;

    /// <summary>The claims, or the rule that they break.</summary>
    /// <param name="payload">The token's.</param>
    /// <param name="group">The name of the claim to take <see cref="Group"/> from.</param>
    public static (TokenClaims? Claims, string? Broken) Read(JsonElement payload, string? group = null)
    {
        if (Text(payload, "iss") is not { Length: > 0 } issuer)
            return (null, "token: iss is missing or not a string");
        if (Text(payload, "sub") is not { Length: > 0 and <= LongestSubject } subject)
            return (null, "token: sub is missing, not a string or too long");
        if (Strings(payload, "aud") is not { Count: > 0 } audiences)
            return (null, "token: aud is missing or not strings");
        if (audiences.Count > MostAudiences)
            return (null, "token: more than 100 audiences");
        if (Seconds(payload, "exp") is not { } expires)
            return (null, "token: exp is missing or not a date");
        if (Seconds(payload, "iat") is not { } issuedAt)
            return (null, "token: iat is missing or not a date");

        var notBefore = Seconds(payload, "nbf");
        if (notBefore is null && payload.TryGetProperty("nbf", out _))
            return (null, "token: nbf is not a date");
        if (payload.TryGetProperty("jti", out var id) && id.ValueKind != JsonValueKind.String)
            return (null, "token: jti is not a string");
        if (ReadScopes(payload) is not { } scopes)
            return (null, "token: scope or scp is not strings");
        if (scopes.Count > MostScopes)
            return (null, "token: more than 100 scopes");

        return (new TokenClaims
        {
            Issuer = issuer,
            Subject = subject,
            Audiences = audiences,
            Scopes = scopes,
            Expires = expires,
            IssuedAt = issuedAt,
            NotBefore = notBefore,
            TokenId = Text(payload, "jti"),
            Group = group is not null && Text(payload, group) is { Length: <= LongestGroup } text ? text : null,
            IsBound = payload.TryGetProperty("cnf", out var confirmation),
            BoundTo = Thumbprint.TryRead(confirmation, out var thumbprint) ? thumbprint : null,
        }, null);
    }

    // RFC 6749 section 3.3: scopes are separated by U+0020 alone; any other white space is part of a name that nobody grants.
    private static List<string>? ReadScopes(JsonElement payload)
    {
        var scopes = new List<string>();
        foreach (var claim in (ReadOnlySpan<string>)["scope", "scp"])
        {
            if (!payload.TryGetProperty(claim, out _))
                continue;
            if (Strings(payload, claim) is not { } values)
                return null;
            foreach (var value in values)
                scopes.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return scopes;
    }

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : null;

    /// <summary>A string or an array of strings; null for anything else.</summary>
    private static List<string>? Strings(JsonElement payload, string name)
    {
        if (!payload.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return JsonText.Read(value) is { } single ? [single] : null;
        if (value.ValueKind != JsonValueKind.Array)
            return null;

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || JsonText.Read(item) is not { } text)
                return null;
            texts.Add(text);
        }

        return texts;
    }

    internal static double? Seconds(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= LastSecond
            ? seconds
            : null;
}
