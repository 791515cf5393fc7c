using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// The one place that turns a token's text into a <see cref="Caller"/>: strict shape, then issuer, key by exact kid,
/// signature, and last the dates, so that "expired" is only ever said of a genuine token. A token that stood all of it is not
/// verified again while its key stays.
/// </summary>
internal sealed class TokenValidator(IssuerRegistry issuers, VerifiedTokens verified, Revocations revocations, TokenOptions options, TimeProvider time)
{
    /// <summary>What is no token at all.</summary>
    public static readonly Refusal Shape = Invalid("token: not a compact JWS in canonical base64url with strict JSON");
    private static readonly Refusal Large = Invalid("token: longer than 8 KiB");
    private static readonly Refusal Issuer = Invalid("token: issuer is not configured");
    private static readonly Refusal Type = Invalid("token: typ is not accepted");
    private static readonly Refusal Algorithm = Invalid("token: alg is not accepted, or not the key's");
    private static readonly Refusal Audience = Invalid("token: audience is another");
    private static readonly Refusal Signature = Invalid("token: signature does not hold");
    private static readonly Refusal Bound = Invalid("token: bound to a key (cnf), and no proof of possession is accepted");
    private static readonly Refusal BoundOtherwise = Invalid("token: cnf is not one key's thumbprint (jkt) alone");
    private static readonly Refusal Unbound = Invalid("token: bound to no key, and the issuer's Dpop is require");
    private static readonly Refusal TooLong = Invalid("token: exp - iat is longer than MaxLifetime");

    /// <summary>What would be good, had nobody revoked it.</summary>
    public static readonly Refusal Revoked = Invalid("token: revoked");

    /// <summary>What may be good: the issuer's keys were not asked for again, or do not have it yet.</summary>
    public static readonly Refusal KeyId = Invalid("token: kid is not among the issuer's keys");

    /// <summary>What is genuine, and may become good.</summary>
    public static readonly Refusal NotYet = Invalid("token: nbf or iat lies ahead");
    private static readonly Refusal Expired = new(ProxyError.TokenExpired, "token: expired");
    private static readonly Refusal NoKeys = new(ProxyError.IssuerUnavailable, "token: there are no keys of the issuer, or the last are too old");

    public ValueTask<TokenVerdict> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (!verified.TryDigest(token, out var digest))
            return ValueTask.FromResult<TokenVerdict>(NoToken(token));

        // What a verified token says holds as long as its key does; only time and a revocation can still speak against it.
        if (verified.TryFind(digest, out var known))
            return ValueTask.FromResult<TokenVerdict>(JudgeNow(token, known) is { } refusal ? refusal : known.Caller);
        return VerifyAsync(token, digest, cancellation);
    }

    private async ValueTask<TokenVerdict> VerifyAsync(string token, TokenDigest digest, CancellationToken cancellation)
    {
        var (read, refusal) = Read(token);
        if (read is null)
            return refusal!;

        var lookup = await read.Issuer.Keys.FindAsync(read.Header.KeyId, cancellation);
        if (lookup.Unavailable)
            return NoKeys;
        if (lookup.Key is not { } key)
            return KeyId;
        if (!string.Equals(key.Algorithm, read.Header.Algorithm, StringComparison.Ordinal))
            return Algorithm;

        if (!key.Verifies(token))
            return Signature;

        var genuine = new VerifiedToken(token.Length, read.Issuer, key, read.Claims, Caller.Of(read.Issuer.Options.Name, read.Claims));
        if (JudgeNow(token, genuine) is { } late)
            return late;
        verified.Add(digest, genuine);
        return genuine.Caller;
    }

    /// <summary>What may change from one request with a token to the next.</summary>
    private Refusal? JudgeNow(string token, VerifiedToken genuine)
    {
        if (JudgeTimes(genuine.Claims) is { } late)
            return late;
        return revocations.Any && revocations.Hold(genuine.FactsOf(token), genuine.Claims.IssuedAt) ? Revoked : null;
    }

    /// <summary>Everything that can be said of a token without its issuer's keys; <c>explain</c> says it offline.</summary>
    internal (UnverifiedToken? Read, Refusal? Refusal) Read(string token)
    {
        if (!CompactJws.TryParse(token, out var jws))
            return (null, NoToken(token));

        using (jws)
        {
            var (header, brokenHeader) = TokenHeader.Read(jws.Header);
            if (header is null)
                return (null, Invalid(brokenHeader!));
            var (claims, brokenClaims) = TokenClaims.Read(jws.Payload, options.GroupClaim);
            if (claims is null)
                return (null, Invalid(brokenClaims!));
            if (!issuers.TryFind(claims.Issuer, out var issuer))
                return (null, Issuer);
            var refusal = JudgeAgainst(issuer.Options, header, claims);
            return refusal is null ? (new UnverifiedToken(issuer, header, claims), null) : (null, refusal);
        }
    }

    /// <summary>RFC 7519 sections 4.1.4 to 4.1.6, with the clock skew; and the lifetime that the operator allows.</summary>
    internal Refusal? JudgeTimes(TokenClaims claims)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var skew = options.ClockSkew.TotalSeconds;
        if (claims.Expires - claims.IssuedAt > options.MaxLifetime.TotalSeconds || claims.Expires <= claims.IssuedAt)
            return TooLong;
        if (claims.IssuedAt > now + skew || claims.NotBefore > now + skew)
            return NotYet;
        return now >= claims.Expires + skew ? Expired : null;
    }

    private static Refusal? JudgeAgainst(IssuerOptions issuer, TokenHeader header, TokenClaims claims)
    {
        if (!issuer.AcceptsType(header.Type))
            return Type;
        if (!issuer.Algorithms.Contains(header.Algorithm))
            return Algorithm;
        if (!claims.Audiences.Any(issuer.Audiences.Contains))
            return Audience;
        return (issuer.Dpop, claims) switch
        {
            (DpopUse.Off, { IsBound: true }) => Bound,
            (DpopUse.Require, { IsBound: false }) => Unbound,
            (_, { IsBound: true, BoundTo: null }) => BoundOtherwise,
            _ => null,
        };
    }

    private static Refusal NoToken(string text) => text.Length > CompactJws.MaxLength ? Large : Shape;

    private static Refusal Invalid(string rule) => new(ProxyError.TokenInvalid, rule);
}
