using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Browser;

/// <summary><c>Fabraix:Browser</c>: whose pages may call.</summary>
internal sealed record BrowserOptions
{
    /// <summary>Origins, compared byte for byte with what browsers send. Default none: then no page of another origin may call.</summary>
    public FrozenSet<string> Origins { get; init; } = [];

    /// <summary>Whether a request without an Origin is refused. Default false: programs that are no browser send none.</summary>
    public bool RequireOrigin { get; init; }

    /// <summary>Whether pages may send a DPoP proof, since an issuer has it on (RFC 9449). It is no setting of its own.</summary>
    public bool SendsProofs { get; init; }

    public static BrowserOptions Read(SectionReader section)
    {
        var before = section.Findings.Mistakes.Count;
        var origins = new List<string>();
        foreach (var (at, text) in section.Items("Origins"))
        {
            if (!Origin.TryParse(text, out var origin))
            {
                section.Mistake(at, "is not an origin as browsers send it.", "Set scheme and host, lower case, no slash at the end, no default port, no wildcard: https://app.example.com.");
                continue;
            }

            if (origin.IsCleartext)
                section.Warn(at, "is an http origin: whoever is on the way can act as its pages.", "Serve the page over https.");
            origins.Add(origin.Value);
        }

        var options = new BrowserOptions
        {
            Origins = origins.ToFrozenSet(StringComparer.Ordinal),
            RequireOrigin = section.Flag("RequireOrigin", otherwise: false),
        };
        if (options.Origins.Count == 0 && section.Findings.Mistakes.Count == before)
            section.Warn("Origins", "is empty: no page of another origin may call.", "Set the origin of your page, such as https://app.example.com.");
        section.RefuseUnknownKeys();
        return options;
    }
}
