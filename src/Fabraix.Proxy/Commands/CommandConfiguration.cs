using System.CommandLine;
using System.Text.Json;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Commands;

/// <summary>Loads the configuration for a command, and tells a person what is wrong with it.</summary>
internal static class CommandConfiguration
{
    /// <summary>The configuration, or null after its unreadable file was named on standard error.</summary>
    public static IConfigurationRoot? Load(ParseResult parsed)
    {
        var (configuration, problem) = ConfigurationSources.TryLoad(parsed.GetValue(ProxyCommands.Config));
        if (problem is not null)
            parsed.InvocationConfiguration.Error.WriteLine(problem);
        return configuration;
    }

    /// <summary>The configuration and its settings, or null after every mistake was written to standard error.</summary>
    public static (IConfigurationRoot Configuration, SettingsReading Reading)? Read(ParseResult parsed, Func<IConfiguration, Surroundings>? around = null)
    {
        if (Load(parsed) is not { } configuration)
            return null;
        var reading = ProxySettings.Read(configuration, around?.Invoke(configuration));
        if (reading.Settings is not null)
            return (configuration, reading);
        WriteMistakes(parsed.InvocationConfiguration.Error, reading);
        return null;
    }

    public static string Refused(int mistakes) => $"The configuration is refused: {mistakes} {(mistakes == 1 ? "mistake" : "mistakes")}.";

    private static void WriteMistakes(TextWriter output, SettingsReading reading)
    {
        output.WriteLine(Refused(reading.Mistakes.Count));
        foreach (var mistake in reading.Mistakes)
            output.WriteLine($"  {mistake}");
    }
}
