namespace Fabraix.Proxy.Tokens;

/// <summary>A token whose signature held once: how long it is, by which key of which issuer, and what it says.</summary>
internal sealed record VerifiedToken(int Characters, Issuer Issuer, SigningKey Key, TokenClaims Claims, Caller Caller)
{
    /// <summary>Whether the key is still in the issuer's set, as the very object that verified; a set fetched anew has new ones.</summary>
    public bool StillHolds => Issuer.Keys.Holds(Key);
}
