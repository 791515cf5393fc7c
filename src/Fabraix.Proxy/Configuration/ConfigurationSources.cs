using System.Collections;

namespace Fabraix.Proxy.Configuration;

/// <summary>
/// Where configuration comes from, later over earlier: appsettings.json beside the program, the file of --config, the
/// environment. Only variables with a known prefix come in, so that no secret of the environment is ever in it.
/// </summary>
internal static class ConfigurationSources
{
    private static readonly string[] Prefixes = ["Fabraix__", "Kestrel__", "Logging__", "OTEL_", "AllowedHosts", "ASPNETCORE_", "DOTNET_RUNNING_IN_CONTAINER"];

    /// <exception cref="InvalidDataException">A file is not JSON; the message names it and the place.</exception>
    public static IConfigurationRoot Load(string? configFile)
    {
        var builder = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        if (configFile is not null)
            builder.AddJsonFile(Path.GetFullPath(configFile), optional: false);
        return builder.AddInMemoryCollection(KnownVariables(Environment.GetEnvironmentVariables())).Build();
    }

    /// <summary>The names of all variables: a slip in one is told, and its value is left alone.</summary>
    public static IReadOnlyCollection<string> VariableNames() => [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()];

    internal static IEnumerable<KeyValuePair<string, string?>> KnownVariables(IDictionary variables) =>
        from DictionaryEntry variable in variables
        let name = (string)variable.Key
        where Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        select KeyValuePair.Create(name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)variable.Value);
}
