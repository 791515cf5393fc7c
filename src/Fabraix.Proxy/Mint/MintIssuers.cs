using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary>Finds the issuer that the mint makes tokens for: exactly one, which accepts what the mint makes.</summary>
internal static class MintIssuers
{
    /// <summary>The issuers whose Jwks says mint, be the rest of them good or bad.</summary>
    public static IReadOnlyList<string> Names(SectionReader fabraix) =>
        [.. fabraix.Names("Tokens:Issuers").Where(name => fabraix.Is($"Tokens:Issuers:{name}:Jwks", KeySource.OfMint))];

    public static void Judge(SectionReader fabraix, IReadOnlyList<string> own, TokenOptions tokens)
    {
        if (own.Count == 0)
            fabraix.Mistake("Mint", "makes tokens of no issuer.", $"Set Jwks to {KeySource.OfMint} at the entry of Fabraix:Tokens:Issuers that accepts its tokens.");
        foreach (var more in own.Skip(1))
            fabraix.Mistake($"Tokens:Issuers:{more}:Jwks", "is mint, as another issuer's is.", "Leave one: the mint makes the tokens of exactly one issuer.");
        foreach (var issuer in tokens.Issuers.Where(issuer => own.Contains(issuer.Name) && !issuer.AcceptsType(MintKey.TokenType)))
            fabraix.Mistake($"Tokens:Issuers:{issuer.Name}:Types", $"does not hold {MintKey.TokenType}, the type of the mint's tokens.", $"Add {MintKey.TokenType}, or leave the list out.");
    }
}
