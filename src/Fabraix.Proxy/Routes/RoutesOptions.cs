using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Routes;

/// <summary><c>Fabraix:Routes</c>: the allow-list. What is not in it does not exist.</summary>
internal static class RoutesOptions
{
    private const int DefaultMaxBytes = 1024 * 1024;
    private const int LargestBody = 64 * 1024 * 1024;
    private const int MostReserved = 90;

    private static readonly FrozenSet<string> Methods = FrozenSet.Create(StringComparer.Ordinal, "GET", "POST", "PUT", "PATCH", "DELETE");

    private static readonly string[] LaterRules = ["Query", "Creates", "Uses"];
    private static readonly string[] LaterBodyRules = ["Fields", "OtherFields"];

    public static IReadOnlyList<RouteRule> Read(SectionReader section)
    {
        var rules = new List<RouteRule>();
        foreach (var (name, route) in section.Entries())
        {
            if (route.Flag("Enabled", otherwise: true) && ReadRule(name, route) is { } rule)
                rules.Add(rule);
        }

        foreach (var routes in rules.GroupBy(r => r.Key, StringComparer.Ordinal).Where(g => g.Sum(r => r.Reserve) > MostReserved))
            section.Mistake($"{routes.Last(r => r.Reserve > 0).Name}:Reserve", $"makes the routes of key {routes.Key} reserve more than {MostReserved} percent of its quota.", "Lower one of them: the other routes need some too.");
        foreach (var twice in rules.GroupBy(r => (r.Method, r.Path.Value)).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            section.Mistake(twice.Name, "has the method and path of another route.", "Remove one of them.");
        if (rules.Count == 0 && section.Findings.Mistakes.Count == 0)
            section.Findings.Mistake(section.Path, "holds no enabled route.", "Add a route, or leave one of the shipped ones enabled.");
        return rules;
    }

    private static RouteRule? ReadRule(string name, SectionReader route)
    {
        var before = route.Findings.Mistakes.Count;
        route.RefuseSlash(name);
        var method = route.RequiredText("Method", "Set one of GET, POST, PUT, PATCH, DELETE.");
        if (method.Length > 0 && !Methods.Contains(method))
            route.Mistake("Method", "is not a method that can be forwarded.", "Set one of GET, POST, PUT, PATCH, DELETE, in capitals.");

        var path = ReadPath(route);
        var scopes = ReadScopes(route);
        var key = route.RequiredText("Key", "Set the name of an entry of Fabraix:Keys.");
        var maxBytes = ReadBody(route.Section("Body"));
        var reserve = route.Whole("Reserve", 0, MostReserved) ?? 0;
        var (perMinute, perHour) = ReadLimit(route.Section("RateLimit"));
        foreach (var later in LaterRules.Where(route.Has))
            route.Mistake(later, "is not supported yet.", "Remove it.");
        route.RefuseUnknownKeys();

        return route.Findings.Mistakes.Count == before && path is not null
            ? new RouteRule(name, method, path, scopes, key, maxBytes) { Reserve = reserve, PerMinute = perMinute, PerHour = perHour }
            : null;
    }

    private static RoutePath? ReadPath(SectionReader route)
    {
        var text = route.RequiredText("Path", "Set the exact path at the upstream, such as /v1/event.");
        if (text.Length == 0)
            return null;
        if (text.Contains('{', StringComparison.Ordinal))
        {
            route.Mistake("Path", "has a {name} segment, which is not supported yet.", "Set a literal path.");
            return null;
        }

        if (RoutePath.TryParse(text, out var path))
            return path;
        route.Mistake("Path", "is not a plain path.", "Set a path of A-Z a-z 0-9 - . _ ~ and /, without empty, . or .. segments and without a query.");
        return null;
    }

    private static string[] ReadScopes(SectionReader route)
    {
        var text = route.RequiredText("Scope", "Set the scope that a token must have, such as event:write; several are separated by spaces.");
        var scopes = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        // RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
        if (scopes.Any(scope => scope.Any(c => c is < '!' or > '~' or '"' or '\\')))
            route.Mistake("Scope", "holds a character that no scope may have.", "Set visible ASCII without quotes and backslashes.");
        else if (text.Length > 0 && scopes.Length == 0)
            route.Mistake("Scope", "is blank.", "Set the scope that a token must have.");
        return scopes;
    }

    private static (int? PerMinute, int? PerHour) ReadLimit(SectionReader limit)
    {
        var (perMinute, perHour) = (limit.Whole("PerMinute", 1, int.MaxValue), limit.Whole("PerHour", 1, int.MaxValue));
        limit.RefuseUnknownKeys();
        return (perMinute, perHour);
    }

    private static int ReadBody(SectionReader body)
    {
        var maxBytes = body.Whole("MaxBytes", 0, LargestBody) ?? DefaultMaxBytes;
        foreach (var later in LaterBodyRules.Where(body.Has))
            body.Mistake(later, "is not supported yet.", "Remove it.");
        body.RefuseUnknownKeys();
        return maxBytes;
    }
}
