namespace Fabraix.Proxy.Tokens;

/// <summary>A token whose signature held once: how long it is, by which key of which issuer, and what it says.</summary>
internal sealed record VerifiedToken(int Characters, Issuer Issuer, SigningKey Key, TokenClaims Claims, Caller Caller)
{
    private TokenFacts? _facts;

    /// <summary>What it may be revoked by.</summary>
    /// <param name="token">Its text, which is not kept.</param>
    public TokenFacts FactsOf(string token) => _facts ??= TokenFacts.Of(token, Issuer.Options.Name, Claims);

    /// <summary>Whether the key is still in the issuer's set, as the very object that verified; a newer set keeps it where it lists the same key.</summary>
    public bool StillHolds => Issuer.Keys.Holds(Key);
}
