using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Status;

/// <summary>One configured issuer.</summary>
/// <param name="Name">Its configured name.</param>
/// <param name="Issuer">The <c>iss</c> of its tokens.</param>
/// <param name="Audiences">What their <c>aud</c> must name.</param>
/// <param name="Algorithms">What they may be signed with.</param>
/// <param name="Dpop">Whether they may or must be bound to a key: off, accept or require.</param>
/// <param name="Source">Where its keys come from: a host, <c>file</c>, or <c>mint</c>.</param>
/// <param name="FetchedSecondsAgo">Since the source last gave good keys; null where it never did, and for the mint's.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
/// <param name="Keys">That can verify now.</param>
internal sealed record IssuerStatus(
    string Name, string Issuer, IReadOnlyList<string> Audiences, IReadOnlyList<string> Algorithms, string Dpop, string Source, double? FetchedSecondsAgo, string? Problem, IReadOnlyList<SigningKeyStatus> Keys)
{
    public static IssuerStatus Of(Issuer issuer) => new(
        issuer.Options.Name,
        issuer.Options.Issuer,
        issuer.Options.Audiences,
        issuer.Options.Algorithms,
        issuer.Options.Dpop.ToString().ToLowerInvariant(),
        SourceOf(issuer.Options.Keys),
        issuer.Keys.Age?.TotalSeconds,
        issuer.Keys.Problem,
        [.. issuer.Keys.All.Select(key => new SigningKeyStatus(JwksReader.Shown(key.KeyId), key.Algorithm))]);

    // A path tells of the machine, and a query may hold anything.
    private static string SourceOf(KeySource keys) => keys.IsMint ? KeySource.OfMint : (keys.Metadata ?? keys.Jwks)?.Authority ?? "file";
}

/// <summary>One public key of an issuer, by its kid as it may be shown, and the one algorithm that it is for.</summary>
internal sealed record SigningKeyStatus(string KeyId, string Algorithm);
