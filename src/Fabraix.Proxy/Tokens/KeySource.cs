using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tokens;

/// <summary>Where an issuer's JWK Set (RFC 7517 section 5) comes from: discovery, a URL, a file, or the proxy's own mint. Exactly one is set.</summary>
internal sealed record KeySource
{
    /// <summary>What <c>Jwks</c> says of the issuer whose tokens the proxy's own mint makes.</summary>
    public const string OfMint = "mint";

    private const string FilePrefix = "file:";

    /// <summary>OpenID Connect discovery or RFC 8414 metadata; its <c>issuer</c> must equal the configured one.</summary>
    public Uri? Metadata { get; private init; }

    public Uri? Jwks { get; private init; }

    public string? File { get; private init; }

    /// <summary>Whether they are the mint's, which hands them over; nothing is fetched.</summary>
    public bool IsMint { get; private init; }

    /// <summary>Whether keys may come over http from another machine: whoever is on the way can then forge tokens. Default false.</summary>
    public bool DangerousAllowHttp { get; private init; }

    public static KeySource Mint { get; } = new() { IsMint = true };

    public static KeySource FromFile(string path) => new() { File = Path.GetFullPath(path) };

    public static KeySource? Read(SectionReader section)
    {
        var allowHttp = section.Dangerous("DangerousAllowHttp", "lets signing keys come over http: whoever is on the way can forge tokens.");
        var before = section.Findings.Mistakes.Count;
        var metadata = section.Text("Metadata");
        var jwks = section.Text("Jwks");
        if (section.Findings.Mistakes.Count > before)
            return null;
        if (metadata is null == jwks is null)
        {
            section.Mistake("Jwks", metadata is null ? "and Metadata are both missing." : "and Metadata are both set.", "Set exactly one: Metadata to the discovery URL, or Jwks to the key set's URL, file:/path, or mint.");
            return null;
        }

        if (jwks == OfMint)
            return Mint;
        if (jwks is not null && jwks.StartsWith(FilePrefix, StringComparison.Ordinal))
            return ReadFile(section, jwks[FilePrefix.Length..]);
        var url = metadata is not null
            ? HttpAddress.Read(section, "Metadata", metadata, allowHttp, "https://login.example.com/.well-known/openid-configuration")
            : HttpAddress.Read(section, "Jwks", jwks!, allowHttp, "https://login.example.com/jwks.json; for a file set file:/path/jwks.json");
        if (url is null)
            return null;
        return metadata is not null
            ? new KeySource { Metadata = url, DangerousAllowHttp = allowHttp }
            : new KeySource { Jwks = url, DangerousAllowHttp = allowHttp };
    }

    private static KeySource? ReadFile(SectionReader section, string path)
    {
        if (path.Length > 0)
            return FromFile(path);
        section.Mistake("Jwks", "names no file.", "Set the key set's URL or file:/path.");
        return null;
    }
}
