namespace Fabraix.Proxy.Configuration;

/// <summary>All that a configuration says, as pairs of path and value: so one is told from another.</summary>
internal sealed class ConfigurationText(IConfiguration configuration)
{
    private static readonly string[] Live = ["Fabraix:", "AllowedHosts"];

    // One upstream, one listener and one shared store for a process: connections, counts and keys hang on them.
    private static readonly string[] Fixed = ["Fabraix:Upstream", "Fabraix:Management", "Fabraix:Mint", "Fabraix:Telemetry", "Fabraix:RateLimits:Store", "Fabraix:RateLimits:StorePassword"];

    private readonly SortedDictionary<string, string> _pairs = new(
        configuration.AsEnumerable().Where(pair => !string.IsNullOrEmpty(pair.Value) && pair.Key != "$schema").ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.OrdinalIgnoreCase),
        StringComparer.OrdinalIgnoreCase);

    public bool Says(ConfigurationText other) => _pairs.Count == other._pairs.Count && !ChangedFrom(other).Any();

    /// <summary>Paths whose value is another one, or that are only in one of the two.</summary>
    public IEnumerable<string> ChangedFrom(ConfigurationText before) =>
        from path in _pairs.Keys.Union(before._pairs.Keys, StringComparer.OrdinalIgnoreCase)
        where _pairs.GetValueOrDefault(path) != before._pairs.GetValueOrDefault(path)
        select path;

    /// <summary>Changes that only a restart can bring.</summary>
    public IEnumerable<string> RestartsFrom(ConfigurationText before)
    {
        var minted = MintedIssuers.Concat(before.MintedIssuers).ToArray();
        return ChangedFrom(before).Where(path => !Live.Any(live => path.StartsWith(live, StringComparison.OrdinalIgnoreCase)) || Fixed.Concat(minted).Any(section => IsIn(path, section)));
    }

    /// <summary>Whose tokens the proxy's own mint makes: they are part of the mint.</summary>
    private IEnumerable<string> MintedIssuers =>
        from pair in _pairs
        where pair.Key.StartsWith("Fabraix:Tokens:Issuers:", StringComparison.OrdinalIgnoreCase) && pair.Key.EndsWith(":Jwks", StringComparison.OrdinalIgnoreCase) && pair.Value == "mint"
        select pair.Key[..^":Jwks".Length];

    private static bool IsIn(string path, string section) =>
        path.StartsWith(section, StringComparison.OrdinalIgnoreCase) && (path.Length == section.Length || path[section.Length] == ':');
}
