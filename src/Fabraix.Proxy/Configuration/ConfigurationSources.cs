using System.Collections;
using System.Text.Json;

namespace Fabraix.Proxy.Configuration;

/// <summary>
/// Where configuration comes from, later over earlier: appsettings.json beside the program, the file of --config, the
/// environment. Only variables with a known prefix come in, so that no secret of the environment is ever in it.
/// </summary>
internal static class ConfigurationSources
{
    private static readonly string[] Prefixes = ["Fabraix__", "Kestrel__", "Logging__", "OTEL_", "AllowedHosts", "ASPNETCORE_", "DOTNET_RUNNING_IN_CONTAINER"];

    /// <summary>The files, whether they are there or not.</summary>
    public static IReadOnlyList<string> Files(string? configFile) => configFile is null ? [Shipped] : [Shipped, Path.GetFullPath(configFile)];

    /// <summary>The configuration, or null and what to tell a person.</summary>
    public static (IConfigurationRoot? Configuration, string? Problem) TryLoad(string? configFile)
    {
        try
        {
            return (Load(configFile), null);
        }
        catch (ArgumentException) when (configFile is not null)
        {
            return (null, "--config: is not the name of a file.");
        }
        catch (ArgumentException)
        {
            // The only argument left that can be wrong: one name twice, since names are compared without regard to case.
            return (null, "Two environment variables have the same name but for the case of letters. Remove one of them.");
        }
        catch (InvalidDataException e)
        {
            return (null, $"{e.Message} {Reason(e.GetBaseException())}");
        }
        catch (Exception e) when (configFile is not null && e is IOException or UnauthorizedAccessException)
        {
            return (null, $"--config: {configFile} {FileFailure.Of(e, configFile!)}.");
        }
    }

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    internal static IConfigurationRoot Load(string? configFile)
    {
        var builder = new ConfigurationBuilder();
        if (File.Exists(Shipped))
            builder.Add(new BoundedJsonFile(Shipped));
        if (configFile is not null)
            builder.Add(new BoundedJsonFile(Path.GetFullPath(configFile)));
        return builder.AddInMemoryCollection(KnownVariables(Environment.GetEnvironmentVariables())).Build();
    }

    /// <summary>The names of all variables: a slip in one is told, and its value is left alone.</summary>
    public static IReadOnlyCollection<string> VariableNames() => [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()];

    // The parser's own words quote what it met, which may be a secret without its quotes.
    private static string Reason(Exception innermost) =>
        innermost is JsonException json ? $"It is not JSON at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}." : innermost.Message;

    internal static IEnumerable<KeyValuePair<string, string?>> KnownVariables(IDictionary variables) =>
        from DictionaryEntry variable in variables
        let name = (string)variable.Key
        where Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        select KeyValuePair.Create(name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)variable.Value);
}
