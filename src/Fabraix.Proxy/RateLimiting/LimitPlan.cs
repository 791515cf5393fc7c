using System.Collections.Frozen;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Routes;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>Every window of one configuration, and which of them a route's requests count in.</summary>
internal sealed class LimitPlan
{
    private readonly List<Window> _shared = [];
    private readonly FrozenDictionary<string, RoutePlan> _routes;
    private readonly FrozenDictionary<string, KeyQuota> _quotas;

    /// <param name="limits">What is configured of users and addresses.</param>
    /// <param name="keys">Whose quotas are shared.</param>
    /// <param name="routes">Who shares them.</param>
    /// <param name="shorter">By what every window is shorter than its name says; 1 but in tests, which see many edges of windows then.</param>
    public LimitPlan(RateLimitOptions limits, IReadOnlyList<KeyOptions> keys, IReadOnlyList<RouteRule> routes, int shorter = 1)
    {
        (User, Address) = ([.. limits.PerUser.Select(window => window.Shorter(shorter))], [.. limits.PerAddress.Select(window => window.Shorter(shorter))]);
        var plans = new Dictionary<string, RoutePlan>(StringComparer.Ordinal);
        foreach (var key in keys)
            Add(key, [.. routes.Where(route => route.Key == key.Name)], plans);
        _routes = plans.ToFrozenDictionary(StringComparer.Ordinal);
        _quotas = keys.ToFrozenDictionary(key => key.Name, key => key.Quota, StringComparer.Ordinal);
        Shared = [.. _shared.Select(window => window.Shorter(shorter))];
        ShortestBucket = TimeSpan.FromMicroseconds(Shared.Min(window => window.Bucket));
    }

    /// <summary>Of the shared windows.</summary>
    public TimeSpan ShortestBucket { get; }

    /// <summary>One user's windows.</summary>
    public Window[] User { get; }

    /// <summary>One address's windows.</summary>
    public Window[] Address { get; }

    /// <summary>Windows that all users draw on; a <see cref="RoutePlan"/> names them by their place here.</summary>
    public Window[] Shared { get; }

    /// <summary>The keys' names.</summary>
    public IReadOnlyList<string> Keys => _quotas.Keys;

    public IEnumerable<RoutePlan> Routes => _routes.Values;

    public KeyQuota QuotaOf(string key) => _quotas[key];

    public RoutePlan Of(RouteRule route) => _routes[route.Name];

    private void Add(KeyOptions key, IReadOnlyList<RouteRule> routes, Dictionary<string, RoutePlan> plans)
    {
        var reserves = routes.Where(route => route.Reserve > 0).ToDictionary(route => route.Name, route => Pair($"{key.Name}/{route.Name}", key.Quota.Of(route.Reserve)));
        var common = Pair(key.Name, reserves.Values.Aggregate(key.Quota, (left, reserve) => left.Less(_shared[reserve[0]].Quota, _shared[reserve[1]].Quota)));
        foreach (var route in routes)
        {
            var own = Own(route);
            int[][] ways = reserves.TryGetValue(route.Name, out var reserve) ? [[.. own, .. reserve], [.. own, .. common]] : [[.. own, .. common]];
            plans.Add(route.Name, new RoutePlan(plans.Count, key.Name, ways));
        }
    }

    private int[] Pair(string whose, KeyQuota quota) => [Place(Window.Minute(whose, quota.PerMinute)), Place(Window.Hour(whose, quota.PerHour))];

    private int[] Own(RouteRule route)
    {
        var places = new List<int>();
        if (route.PerMinute is { } minute)
            places.Add(Place(Window.Minute($"route/{route.Name}", minute)));
        if (route.PerHour is { } hour)
            places.Add(Place(Window.Hour($"route/{route.Name}", hour)));
        return [.. places];
    }

    private int Place(Window window)
    {
        _shared.Add(window.AtUpstream());
        return _shared.Count - 1;
    }
}

/// <summary>What the requests of one route count in.</summary>
/// <param name="Number">Its place among the routes.</param>
/// <param name="Key">The key whose quota they use.</param>
/// <param name="Ways">Places of shared windows that must all have room; where the first list has not, the next is asked: a route's reserve comes before what all share.</param>
internal sealed record RoutePlan(int Number, string Key, int[][] Ways);
