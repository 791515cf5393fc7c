using System.Buffers;
using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Mint;

/// <summary>One entry of <c>Fabraix:Mint:Clients</c>: a backend, and what it may ask for.</summary>
internal sealed record MintClientOptions
{
    /// <summary>What a client may do.</summary>
    public const string MintRight = "mint";

    /// <inheritdoc cref="MintRight"/>
    public const string RevokeRight = "revoke";

    /// <summary>What it calls itself, and what logs and metrics call it: 1 to 64 of <c>A-Z a-z 0-9 - . _ ~</c>, which Basic and a form spell alike.</summary>
    public required string Name { get; init; }

    /// <summary>Where its secret is kept: 32 to 256 of the same characters.</summary>
    public required SecretReference Secret { get; init; }

    /// <summary>Scopes that its tokens may have. Needed where it may mint.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Longest lifetime of its tokens, and the usual one. Default 5 minutes, from 1 second to <c>Tokens:MaxLifetime</c>; longer makes a stolen token worth more.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Some of mint and revoke. Default mint.</summary>
    public FrozenSet<string> Rights { get; init; } = [MintRight];

    private const int LongestName = 64;
    private const string Example = "Set a reference such as env:MINT_WEB_BACKEND or file:/var/run/secrets/mint/web-backend, never the secret itself.";

    /// <summary>RFC 3986 section 2.3: what no encoding changes.</summary>
    public static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static MintClientOptions? Read(string name, SectionReader client, TimeSpan longest)
    {
        var before = client.Findings.Mistakes.Count;
        if (name.Length > LongestName || name.AsSpan().ContainsAnyExcept(Unreserved))
            client.Findings.Mistake(client.Path, "has a name that Basic does not carry unchanged.", $"Name it by 1 to {LongestName} characters of A-Z a-z 0-9 - . _ ~.");

        var rights = ReadRights(client);
        var scopes = (client.Text("Scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 && rights.Contains(MintRight))
            client.Mistake("Scope", "is missing: its tokens could do nothing.", "Set scopes of your routes, separated by spaces, such as run:write event:write.");
        var lifetime = client.Duration("MaxLifetime", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        if (lifetime > longest && rights.Contains(MintRight))
            client.Mistake("MaxLifetime", "is longer than Fabraix:Tokens:MaxLifetime: the proxy would refuse its tokens.", $"Set at most {Durations.Write(longest)}.");
        var text = client.RequiredText("Secret", Example);
        var secret = text.Length == 0 ? null : SecretSetting.Judge(client, "Secret", text, Example);
        client.RefuseUnknownKeys();

        return client.Findings.Mistakes.Count > before || secret is null
            ? null
            : new MintClientOptions { Name = name, Secret = secret, Scopes = [.. scopes.Distinct(StringComparer.Ordinal)], MaxLifetime = lifetime, Rights = rights };
    }

    private static FrozenSet<string> ReadRights(SectionReader client)
    {
        var rights = client.Items("Rights");
        foreach (var (at, _) in rights.Where(right => right.Value is not (MintRight or RevokeRight)))
            client.Mistake(at, "is no right.", "Set mint, revoke or both.");
        return rights.Count == 0 ? [MintRight] : rights.Select(right => right.Value).ToFrozenSet(StringComparer.Ordinal);
    }
}
