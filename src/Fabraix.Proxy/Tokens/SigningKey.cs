using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>One public key of an issuer, bound to the one algorithm that it is for (RFC 8725 section 3.1), ready to check with.</summary>
internal sealed class SigningKey
{
    public SigningKey(SecurityKey key, string algorithm, IssuerOptions issuer)
    {
        KeyId = key.KeyId;
        Algorithm = algorithm;
        Parameters = Write(key, algorithm, issuer);
    }

    public string KeyId { get; }

    public string Algorithm { get; }

    /// <summary>Made once per key, since nothing in it depends on a request.</summary>
    public TokenValidationParameters Parameters { get; }

    // Every switch is written out: a default that changes with a package would change who gets in.
    [SuppressMessage("Security", "CA5404", Justification = "TokenValidator judges the dates, with the injected clock.")]
    private static TokenValidationParameters Write(SecurityKey key, string algorithm, IssuerOptions issuer) => new()
    {
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        ValidateSignatureLast = false,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [algorithm],

        ValidateIssuer = true,
        ValidIssuer = issuer.Issuer,
        ValidateAudience = true,
        RequireAudience = true,
        ValidAudiences = issuer.Audiences,
        IgnoreTrailingSlashWhenValidatingAudience = false,

        // Dates and typ are judged by TokenValidator: with the injected clock, and by the contract's rules for typ.
        ValidateLifetime = false,
        RequireExpirationTime = true,
        ClockSkew = TimeSpan.Zero,
        ValidTypes = null,

        ValidateActor = false,
        ValidateTokenReplay = false,
        ValidateWithLKG = false,
        RefreshBeforeValidation = false,
        ConfigurationManager = null,
        TokenDecryptionKey = null,

        SaveSigninToken = false,
        IncludeTokenOnFailedValidation = false,
        LogTokenId = false,
        LogValidationExceptions = false,
    };
}
