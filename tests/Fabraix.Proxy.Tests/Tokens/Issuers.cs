using System.Collections.Frozen;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>Issuers whose keys lie in a file, and validators that trust them.</summary>
internal static class Issuers
{
    public static readonly string[] AllAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static IssuerOptions Options(string file = "nowhere.json", string name = "main", string issuer = Jose.Issuer, string[]? algorithms = null, string[]? audiences = null, string[]? types = null) => new()
    {
        Name = name,
        Issuer = issuer,
        Audiences = audiences ?? [Jose.Audience],
        Algorithms = algorithms ?? AllAlgorithms,
        Types = (types ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
        Keys = KeySource.FromFile(file),
    };

    public static TokenValidator Validator(TimeProvider time, params IssuerOptions[] issuers) => Validator(time, new TokenOptions { Issuers = issuers });

    public static TokenValidator Validator(TimeProvider time, TokenOptions options)
    {
        var issuers = options.Issuers.Select(issuer => new Issuer(issuer, new IssuerKeys(issuer, new KeyFetcher(), time, new LogLines<IssuerKeys>())));
        return new TokenValidator(new IssuerRegistry(issuers), new VerifiedTokens(), new Revocations(options, time, Revocations.Make(time)), options, time);
    }
}
