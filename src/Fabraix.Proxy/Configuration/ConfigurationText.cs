namespace Fabraix.Proxy.Configuration;

/// <summary>
/// All that a configuration says, source by source: so one is told from another. Sources are not merged, since the reader does not do so either: the last
/// source with a list has all of it, and an object that is there and empty is not one that is missing.
/// </summary>
internal sealed class ConfigurationText
{
    // One upstream, one listener and one shared store for a process: connections, counts and keys hang on them. What was revoked is kept for as long as tokens could live then.
    private static readonly string[] Fixed =
    [
        "Fabraix:Upstream", "Fabraix:Management", "Fabraix:Mint", "Fabraix:Telemetry", "Fabraix:RateLimits:Store", "Fabraix:RateLimits:StorePassword",
        "Fabraix:Tokens:MaxLifetime", "Fabraix:Tokens:ClockSkew",
    ];

    // With its case, though names are compared without: what logs and metrics call an entry changes with it.
    private readonly SortedDictionary<string, string?[]> _said = new(StringComparer.Ordinal);

    public ConfigurationText(IConfiguration configuration)
    {
        if (configuration is not IConfigurationRoot root)
            return;
        IConfigurationProvider[] providers = [.. root.Providers];
        for (var i = 0; i < providers.Length; i++)
            Note(providers[i], parent: null, i, providers.Length);
        _said.Remove("$schema");
    }

    public bool Says(ConfigurationText other) => !ChangedFrom(other).Any();

    /// <summary>Paths that a source says otherwise, or that only one of the two has.</summary>
    public IEnumerable<string> ChangedFrom(ConfigurationText before) =>
        from path in _said.Keys.Union(before._said.Keys, StringComparer.Ordinal)
        where !_said.GetValueOrDefault(path, []).SequenceEqual(before._said.GetValueOrDefault(path, []), StringComparer.Ordinal)
        select path;

    /// <summary>Changes that only a restart can bring.</summary>
    public IEnumerable<string> RestartsFrom(ConfigurationText before)
    {
        string[] sections = [.. Fixed, .. MintedIssuers, .. before.MintedIssuers];
        return ChangedFrom(before).Where(path => (!IsIn(path, "Fabraix") && !IsIn(path, "AllowedHosts")) || sections.Any(section => IsIn(path, section)));
    }

    /// <summary>Whose tokens the proxy's own mint makes: they are part of the mint.</summary>
    private IEnumerable<string> MintedIssuers =>
        from pair in _said
        where pair.Key.StartsWith("Fabraix:Tokens:Issuers:", StringComparison.OrdinalIgnoreCase) && pair.Key.EndsWith(":Jwks", StringComparison.OrdinalIgnoreCase) && pair.Value.Contains("mint")
        select pair.Key[..^":Jwks".Length];

    private static bool IsIn(string path, string section) =>
        path.StartsWith(section, StringComparison.OrdinalIgnoreCase) && (path.Length == section.Length || path[section.Length] == ':');

    private void Note(IConfigurationProvider provider, string? parent, int place, int places)
    {
        foreach (var key in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var path = parent is null ? key : ConfigurationPath.Combine(parent, key);

            // An empty text stands for what is there without one: neither means anything but that.
            if (provider.TryGet(path, out var value))
            {
                if (!_said.TryGetValue(path, out var said))
                    _said.Add(path, said = new string?[places]);
                said[place] = value ?? "";
            }

            Note(provider, path, place, places);
        }
    }
}
