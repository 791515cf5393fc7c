namespace Fabraix.Proxy.Tokens;

/// <summary>A well-formed token whose signature nobody has checked: it says who it claims to be, and opens nothing.</summary>
internal sealed record UnverifiedToken(Issuer Issuer, TokenHeader Header, TokenClaims Claims);
