using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tokens;

/// <summary><c>Fabraix:Tokens</c>: which tokens are valid.</summary>
internal sealed record TokenOptions
{
    /// <summary>Longest <c>exp - iat</c>. Default 15 minutes, from 1 second to 24 hours; longer makes a stolen token worth more.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How far clocks may disagree. Default 30 seconds, up to 5 minutes (RFC 7519 section 4.1.4: "usually no more than a few minutes").</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    public IReadOnlyList<IssuerOptions> Issuers { get; init; } = [];

    /// <summary>What proofs of possession are checked against.</summary>
    public DpopOptions Dpop { get; init; } = new();

    /// <summary><c>RateLimits:Weights:Claim</c>: the claim by which users' shares are weighted. Default none.</summary>
    public string? GroupClaim { get; init; }

    /// <summary>Whether an issuer's tokens may be bound to a key.</summary>
    public bool AcceptsDpop => Issuers.Any(issuer => issuer.Dpop != DpopUse.Off);

    /// <summary>With no more than a quarter of the places in flight for requests whose kid nobody knows yet.</summary>
    public TokenOptions Beside(int inFlight) =>
        this with { Issuers = [.. Issuers.Select(issuer => issuer with { MostWaiting = Math.Clamp(inFlight / 4 / Issuers.Count, 1, IssuerKeys.MostWaiting) })] };

    public static TokenOptions Read(SectionReader section)
    {
        var issuers = new List<IssuerOptions>();
        var dpop = false;
        var configured = section.Section("Issuers");
        foreach (var (name, issuer) in configured.Entries())
        {
            var use = DpopUses.Read(issuer);
            dpop |= use != DpopUse.Off;
            if (IssuerOptions.Read(name, issuer, use) is { } options)
                issuers.Add(options);
        }

        if (!section.Has("Issuers"))
            section.Mistake("Issuers", "holds no issuer: nobody's token could be checked.", "Set Fabraix:Tokens:Issuers:main with Issuer, Audiences and Metadata or Jwks (Fabraix__Tokens__Issuers__main__Issuer=… in the environment).");
        foreach (var twice in issuers.GroupBy(i => i.Issuer, StringComparer.Ordinal).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            configured.Mistake(twice.Name, "has the Issuer of another entry.", "Merge the two: one iss has one set of keys.");

        var read = new TokenOptions
        {
            Issuers = issuers,
            Dpop = DpopOptions.Read(section, dpop),
            MaxLifetime = section.Duration("MaxLifetime", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            ClockSkew = section.Duration("ClockSkew", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromMinutes(5)),
        };
        section.RefuseUnknownKeys();
        return read;
    }
}
