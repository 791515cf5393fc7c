using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Fabraix.Proxy.Tokens;

/// <summary>One configured issuer and its signing keys; no issuer's trouble touches another.</summary>
internal sealed record Issuer(IssuerOptions Options, IssuerKeys Keys);

/// <summary>Finds an issuer by the exact <c>iss</c> of a token.</summary>
internal sealed class IssuerRegistry
{
    private readonly FrozenDictionary<string, Issuer> _byIss;

    public IssuerRegistry(IEnumerable<Issuer> issuers)
    {
        All = [.. issuers];
        _byIss = All.ToFrozenDictionary(issuer => issuer.Options.Issuer, StringComparer.Ordinal);
    }

    public IReadOnlyList<Issuer> All { get; }

    public bool TryFind(string iss, [NotNullWhen(true)] out Issuer? issuer) => _byIss.TryGetValue(iss, out issuer);
}
