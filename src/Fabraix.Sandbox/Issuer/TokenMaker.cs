namespace Fabraix.Sandbox.Issuer;

/// <summary>Which token the page asks for: a good one, or one that a proxy must refuse.</summary>
internal enum TokenKind
{
    Good,

    /// <summary>Signed by the right key, dead for five minutes.</summary>
    Expired,

    /// <summary>Says it is from the issuer and names its key, but another key signed it.</summary>
    Forged,

    /// <summary>Well signed, but lives for a day.</summary>
    LongLived,

    /// <summary>Well signed, but made for another application.</summary>
    OtherAudience,
}

/// <summary>Makes the demo users' tokens; also what tests ask for tokens in process.</summary>
internal sealed class TokenMaker(SandboxAddresses addresses, TimeProvider time) : IDisposable
{
    public const string Audience = "fabraix-proxy";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private const string KeyId = "sandbox-1";
    private readonly SigningKey _key = new(KeyId);
    private readonly SigningKey _forger = new(KeyId);

    public JwkSet PublicKeys => new([_key.ToJwk()]);

    /// <param name="user">Whose token.</param>
    /// <param name="kind">A good one, or one that a proxy must refuse.</param>
    /// <param name="boundTo">The thumbprint of the key that it is bound to, or null.</param>
    public string Make(DemoUser user, TokenKind kind = TokenKind.Good, string? boundTo = null)
    {
        var now = time.GetUtcNow();
        var (from, until) = kind switch
        {
            TokenKind.Expired => (now - (Lifetime * 2), now - Lifetime),
            TokenKind.LongLived => (now, now.AddDays(1)),
            _ => (now, now + Lifetime),
        };
        var claims = new JwtClaims(
            addresses.Issuer,
            user.Id,
            user.Name,
            kind == TokenKind.OtherAudience ? "another-application" : Audience,
            user.Scope,
            from.ToUnixTimeSeconds(),
            until.ToUnixTimeSeconds(),
            Guid.NewGuid().ToString("N"),
            boundTo is null ? null : new Confirmation(boundTo));
        return (kind == TokenKind.Forged ? _forger : _key).Sign(claims);
    }

    public void Dispose()
    {
        _key.Dispose();
        _forger.Dispose();
    }
}
