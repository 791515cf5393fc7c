using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.RateLimiting;

/// <summary><c>Fabraix:RateLimits</c>: how much one user, and one address, may ask.</summary>
internal sealed record RateLimitOptions
{
    /// <summary>
    /// Windows of one user (issuer and subject). Default 60 a minute and 1,000 an hour; where the section is set, a window
    /// that it leaves out is unlimited.
    /// </summary>
    public IReadOnlyList<Window> PerUser { get; init; } = [];

    /// <summary>Windows of one address (IPv6: one /64). Default none.</summary>
    public IReadOnlyList<Window> PerAddress { get; init; } = [];

    /// <summary><c>Weights:Claim</c>: the claim that says which group a user belongs to. Default none: all shares of a key's quota are equal.</summary>
    public string? WeightClaim { get; init; }

    /// <summary><c>Weights:Values</c>: what the share of a user counts whose claim has this value, from 1 to 100; 1 for any other.</summary>
    public FrozenDictionary<string, double> Weights { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary><c>Store</c> and <c>StorePassword</c>: the Redis that all replicas share; null, the default, where each has its memory alone.</summary>
    public RedisOptions? Store { get; init; }

    /// <summary>Requests under way at once.</summary>
    public InFlightOptions InFlight { get; init; } = new() { Total = InFlightOptions.Most, PerUser = InFlightOptions.Most };

    public static RateLimitOptions Read(SectionReader section)
    {
        var perUser = section.Present("PerUser")
            ? ReadWindows("user", section.Section("PerUser"))
            : [Window.Minute("user", 60), Window.Hour("user", 1000)];
        var perAddress = ReadWindows("address", section.Section("PerAddress"));
        var (claim, weights) = ReadWeights(section.Section("Weights"));
        var store = RedisOptions.Read(section);
        var inFlight = InFlightOptions.Read(section.Section("InFlight"));
        section.RefuseUnknownKeys();
        return new RateLimitOptions { PerUser = perUser, PerAddress = perAddress, WeightClaim = claim, Weights = weights, Store = store, InFlight = inFlight };
    }

    /// <summary>What the share of a user of this group counts.</summary>
    public double WeightOf(string? group) => group is not null && Weights.TryGetValue(group, out var weight) ? weight : 1;

    private static List<Window> ReadWindows(string whose, SectionReader section)
    {
        var windows = new List<Window>();
        if (section.Whole("PerMinute", 1, int.MaxValue) is { } perMinute)
            windows.Add(Window.Minute(whose, perMinute));
        if (section.Whole("PerHour", 1, int.MaxValue) is { } perHour)
            windows.Add(Window.Hour(whose, perHour));
        section.RefuseUnknownKeys();
        return windows;
    }

    private static (string? Claim, FrozenDictionary<string, double> Weights) ReadWeights(SectionReader section)
    {
        var claim = section.Text("Claim");
        var values = section.Section("Values");
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var name in section.Names("Values"))
        {
            if (values.Whole(name, 1, 100) is { } weight)
                weights.Add(name, weight);
        }

        if (claim is null && weights.Count > 0)
            section.Mistake("Claim", "is missing.", "Set the name of the token's claim that Values are about, such as plan.");
        else if (claim is not null && !section.Names("Values").Any())
            section.Mistake("Values", "is empty.", "Set a weight for each value that counts more than 1: { \"pro\": 4 }.");
        section.RefuseUnknownKeys();
        return (claim, weights.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
