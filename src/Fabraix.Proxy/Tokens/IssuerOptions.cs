using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary>One entry of <c>Fabraix:Tokens:Issuers</c>: whose tokens are accepted, and by which keys they are checked.</summary>
internal sealed record IssuerOptions
{
    /// <summary>Its configured name: what logs and metrics call it.</summary>
    public required string Name { get; init; }

    /// <summary>Compared byte for byte with <c>iss</c> (RFC 7519 section 4.1.1).</summary>
    public required string Issuer { get; init; }

    /// <summary>A token must name at least one of these in <c>aud</c>, byte for byte (RFC 7519 section 4.1.3).</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Accepted <c>alg</c> values, of RS, PS and ES 256/384/512 (RFC 7518 section 3.1). Default RS256, PS256, ES256. Never none, never HS*.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["RS256", "PS256", "ES256"];

    /// <summary>Accepted <c>typ</c> values, in any case, without "application/". Empty accepts JWT, at+jwt (RFC 9068) or none.</summary>
    public FrozenSet<string> Types { get; init; } = [];

    /// <summary>Where the signing keys come from.</summary>
    public required KeySource Keys { get; init; }

    /// <summary>
    /// How long the last good set of keys serves while the source gives none. Default 24 hours, from 5 minutes to 8760 hours. Longer also
    /// keeps a key that was taken back meanwhile.
    /// </summary>
    public TimeSpan KeepLastGood { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether tokens may or must be bound to a key of the page (RFC 9449): off, accept or require. Default off.</summary>
    public DpopUse Dpop { get; init; }

    /// <summary>Requests that may wait for this issuer's source at the same time, so that strangers with made-up kids leave places in flight to others. Up to <see cref="IssuerKeys.MostWaiting"/>.</summary>
    public int MostWaiting { get; init; } = IssuerKeys.MostWaiting;

    private static readonly FrozenSet<string> KnownAlgorithms = FrozenSet.Create(
        StringComparer.Ordinal, "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static readonly string AcceptedAlgorithms = $"Set some of {string.Join(", ", KnownAlgorithms.Order(StringComparer.Ordinal))}.";

    public static IssuerOptions? Read(string name, SectionReader section, DpopUse dpop = DpopUse.Off)
    {
        var before = section.Findings.Mistakes.Count;
        var issuer = section.RequiredText("Issuer", "Set the iss value of its tokens, to the letter.");
        var audiences = section.List("Audiences");
        if (audiences.Count == 0 || audiences.Any(string.IsNullOrWhiteSpace))
            section.Mistake("Audiences", "is empty or holds an empty entry.", "Set the aud values that mean this proxy, such as [\"fabraix-proxy\"].");

        var algorithms = section.Items("Algorithms");
        foreach (var (at, algorithm) in algorithms.Where(item => !KnownAlgorithms.Contains(item.Value)))
        {
            var meant = KnownAlgorithms.FirstOrDefault(known => known.Equals(algorithm, StringComparison.OrdinalIgnoreCase));
            section.Mistake(at, meant is null ? "is not an algorithm that can be accepted." : $"is {meant} in another case: names of algorithms are compared to the letter.", AcceptedAlgorithms);
        }

        var types = section.List("Types");
        if (types.Any(string.IsNullOrWhiteSpace))
            section.Mistake("Types", "holds an empty entry.", "Set typ values such as at+jwt, or leave the list out.");
        var keep = section.Duration("KeepLastGood", TimeSpan.FromHours(24), TimeSpan.FromMinutes(5), TimeSpan.FromHours(8760));
        var keys = KeySource.Read(section);
        section.RefuseUnknownKeys();

        if (section.Findings.Mistakes.Count > before || keys is null)
            return null;
        var options = new IssuerOptions { Name = name, Issuer = issuer, Audiences = audiences, Keys = keys, KeepLastGood = keep, Dpop = dpop, Types = types.Select(BareType).ToFrozenSet(StringComparer.OrdinalIgnoreCase) };
        return algorithms.Count == 0 ? options : options with { Algorithms = [.. algorithms.Select(item => item.Value)] };
    }

    /// <summary>Whether another entry's keys are found in the same way, so that those that were fetched are its keys as well.</summary>
    public bool HasKeysOf(IssuerOptions other) =>
        (Name, Issuer, Keys, KeepLastGood) == (other.Name, other.Issuer, other.Keys, other.KeepLastGood)
        && (Keys.IsMint || MostWaiting == other.MostWaiting)
        && Algorithms.SequenceEqual(other.Algorithms, StringComparer.Ordinal);

    /// <summary>Whether a token of this <c>typ</c> is accepted (RFC 7515 section 4.1.9: "application/" may be left out).</summary>
    public bool AcceptsType(string? type) => type is null
        ? Types.Count == 0
        : Types.Count == 0 ? BareType(type).ToUpperInvariant() is "JWT" or "AT+JWT" : Types.Contains(BareType(type));

    private static string BareType(string type) =>
        type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? type["application/".Length..] : type;
}
