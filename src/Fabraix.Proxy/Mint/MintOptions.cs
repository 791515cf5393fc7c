using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Mint;

/// <summary><c>Fabraix:Mint</c>: makes short-lived tokens for backends, on the management listener. Off unless the section is there.</summary>
internal sealed record MintOptions
{
    /// <summary>
    /// Where the private keys are kept, each a JWK (RFC 7517) or PEM (PKCS#8 or SEC 1): EC P-256, P-384 or P-521, or RSA of 2048 bits or more. The first that
    /// can be read signs, all are published.
    /// </summary>
    public required IReadOnlyList<SecretReference> SigningKeys { get; init; }

    /// <summary>Who may ask, by name.</summary>
    public required IReadOnlyList<MintClientOptions> Clients { get; init; }

    /// <summary>The one entry of <c>Tokens:Issuers</c> whose Jwks says mint: tokens are made for it as it accepts them, so that mint and proxy cannot disagree.</summary>
    public required IssuerOptions Issuer { get; init; }

    /// <summary>How long a token lives at most after it was signed, whoever asked for it.</summary>
    public TimeSpan LongestLifetime => Clients.Max(client => client.MaxLifetime);

    public IEnumerable<SecretReference> Secrets => SigningKeys.Concat(Clients.Select(client => client.Secret));

    private const string KeyExample = "Set references such as file:/var/run/secrets/mint/signing-key.json, never a key itself.";

    public static MintOptions? Read(SectionReader fabraix, TokenOptions tokens, IReadOnlyList<RouteRule> routes)
    {
        var own = MintIssuers.Names(fabraix);
        if (!fabraix.Present("Mint"))
        {
            foreach (var name in own)
                fabraix.Mistake($"Tokens:Issuers:{name}:Jwks", "is mint, and there is no Fabraix:Mint.", "Set Fabraix:Mint, or the key set's URL or file:/path.");
            return null;
        }

        var section = fabraix.Section("Mint");
        var keys = ReadKeys(section);
        var clients = ReadClients(section, tokens.MaxLifetime, routes);
        MintIssuers.Judge(fabraix, own, tokens);
        section.RefuseUnknownKeys();
        return own is [var only] && tokens.Issuers.FirstOrDefault(issuer => issuer.Name == only) is { } made && keys.Count > 0 && clients.Count > 0
            ? new MintOptions { SigningKeys = keys, Clients = clients, Issuer = made }
            : null;
    }

    private static List<SecretReference> ReadKeys(SectionReader section)
    {
        var before = section.Findings.Mistakes.Count;
        var read = section.Items("SigningKeys").Select(item => (item.Key, Secret: SecretSetting.Judge(section, item.Key, item.Value, KeyExample))).Where(key => key.Secret is not null).ToList();
        if (read.Count == 0 && section.Findings.Mistakes.Count == before)
            section.Mistake("SigningKeys", "is missing: nothing could be signed.", KeyExample);
        foreach (var twice in read.GroupBy(key => key.Secret).SelectMany(same => same.Skip(1)))
            section.Mistake(twice.Key, "names the same secret as an entry before it.", "Remove one of them.");
        return [.. read.Select(key => key.Secret!)];
    }

    private static List<MintClientOptions> ReadClients(SectionReader section, TimeSpan longest, IReadOnlyList<RouteRule> routes)
    {
        var before = section.Findings.Mistakes.Count;
        var configured = section.Section("Clients");
        var clients = configured.Entries().Select(entry => MintClientOptions.Read(entry.Name, entry.Section, longest)).OfType<MintClientOptions>().ToList();
        if (clients.Count == 0 && section.Findings.Mistakes.Count == before)
            section.Mistake("Clients", "holds no client: nobody could ask for a token.", "Set Fabraix:Mint:Clients:web-backend with Secret and Scope.");
        foreach (var twice in clients.GroupBy(client => client.Secret).SelectMany(same => same.Skip(1)))
            configured.Mistake($"{twice.Name}:Secret", "names the same secret as another client's.", "Give each client a secret of its own.");

        var asked = routes.SelectMany(route => route.Scopes).ToHashSet(StringComparer.Ordinal);
        foreach (var client in clients.Where(client => client.Scopes.Any(scope => !asked.Contains(scope))))
            configured.Warn($"{client.Name}:Scope", "has a scope that no route asks for.", "Remove it, or correct its name.");
        return clients;
    }
}
