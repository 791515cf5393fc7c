namespace Fabraix.Proxy.Configuration;

/// <summary>
/// Refuses names at the top that nothing reads. Below <c>Fabraix</c> every section does that itself; a slip in the very first
/// name would otherwise take a whole section away without a word.
/// </summary>
internal static class RootNames
{
    private const string Section = "Fabraix";

    private static readonly string[] Known = [Section, "AllowedHosts", "Kestrel", "Logging"];

    // "$schema" is for editors; the others come from the environment, by prefix (ConfigurationSources).
    private static readonly string[] Silent = ["$schema", "OTEL_", "ASPNETCORE_", "DOTNET_RUNNING_IN_CONTAINER"];

    /// <param name="sections">The names below <c>Fabraix</c>.</param>
    public static void RefuseUnknown(IConfiguration configuration, IReadOnlyCollection<string> sections, Findings findings)
    {
        foreach (var name in configuration.GetChildren().Select(child => child.Key))
        {
            if (Known.Contains(name, StringComparer.OrdinalIgnoreCase) || Silent.Any(known => name.StartsWith(known, StringComparison.OrdinalIgnoreCase)))
                continue;
            var nearest = NearestName.Of(name, Known);
            findings.Mistake(name, "is not known.", (nearest, sections.Contains(name, StringComparer.OrdinalIgnoreCase)) switch
            {
                (_, true) => $"Put it under {Section}.",
                ({ } near, _) => $"Did you mean {near}?",
                _ => $"Known here: {string.Join(", ", Known)}.",
            });
        }
    }

    /// <summary>
    /// Judges names of environment variables, never their values: what looks like a setting and is none. Two underscores are
    /// meant for us, so that a slip is a mistake; one underscore may be anybody's (Kubernetes makes FABRAIX_EDGE_PORT for a
    /// Service of that name), so that it is a warning.
    /// </summary>
    public static void JudgeVariables(IEnumerable<string> variables, IReadOnlyCollection<string> sections, Findings findings)
    {
        foreach (var variable in variables.Order(StringComparer.Ordinal))
        {
            if (Meant(variable, "__", sections) is { } slip && !slip.Equals(Section, StringComparison.OrdinalIgnoreCase))
                findings.Mistake(variable, "is an environment variable that nothing reads.", $"Did you mean {Section}{variable[slip.Length..]}?");
            else if (Meant(variable, ":", sections) is { } colon)
                findings.Mistake(variable, "is an environment variable that nothing reads.", $"Write __ for each colon: {Section}{variable[colon.Length..].Replace(":", "__", StringComparison.Ordinal)}.");
            else if (Meant(variable, "_", sections) is not null)
                findings.Warn(variable, "is an environment variable that nothing reads.", "If it is meant as a setting, write two underscores between names, as in Fabraix__Tokens__MaxLifetime.");
        }
    }

    /// <summary>The first name of a variable, where it is Fabraix or nearly, and a name below Fabraix follows.</summary>
    private static string? Meant(string variable, string separator, IReadOnlyCollection<string> sections)
    {
        var parts = variable.Split(separator, 3);
        return parts.Length > 1 && NearestName.Of(parts[0], [Section]) is not null && sections.Contains(parts[1].Split('_')[0], StringComparer.OrdinalIgnoreCase)
            ? parts[0]
            : null;
    }
}
