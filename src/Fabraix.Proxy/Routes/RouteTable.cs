using System.Collections.Frozen;

namespace Fabraix.Proxy.Routes;

/// <summary>Finds a route by exact path and method. Built once for a configuration; a look-up is one hash.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, PathEntry> _paths;

    public RouteTable(IReadOnlyList<RouteRule> rules)
    {
        Rules = rules;
        _paths = rules.GroupBy(rule => rule.Path.Value, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new PathEntry([.. group]), StringComparer.Ordinal);
    }

    public IReadOnlyList<RouteRule> Rules { get; }

    /// <summary>The route, or null and, where the path exists with other methods, their list for Allow.</summary>
    public RouteRule? Find(string path, string method, out string? allow)
    {
        allow = null;
        if (!_paths.TryGetValue(path, out var entry))
            return null;

        foreach (var rule in entry.Rules)
        {
            if (string.Equals(rule.Method, method, StringComparison.Ordinal))
                return rule;
        }

        allow = entry.Allow;
        return null;
    }

    private sealed record PathEntry(RouteRule[] Rules)
    {
        // RFC 9110 section 10.2.1. OPTIONS is not among them: it is answered as a browser's preflight alone, which never sees this
        // list; a plain OPTIONS is refused like any other method, and its answer must not say that it would be taken.
        public string Allow { get; } = string.Join(", ", Rules.Select(rule => rule.Method));
    }
}
