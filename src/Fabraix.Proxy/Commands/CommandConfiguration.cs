using System.CommandLine;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Commands;

/// <summary>Loads the configuration for a command, and tells a person what is wrong with it.</summary>
internal static class CommandConfiguration
{
    /// <summary>The configuration, or null after its unreadable file was named on standard error.</summary>
    public static IConfigurationRoot? Load(ParseResult parsed)
    {
        var file = parsed.GetValue(ProxyCommands.Config);
        try
        {
            return ConfigurationSources.Load(file);
        }
        catch (FileNotFoundException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"--config: {file} does not exist.");
        }
        catch (InvalidDataException e)
        {
            // The outer message names the file, the innermost one the place.
            parsed.InvocationConfiguration.Error.WriteLine($"{e.Message} {e.GetBaseException().Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"--config: {file} could not be read ({e.GetType().Name}).");
        }

        return null;
    }

    /// <summary>The configuration and its settings, or null after every mistake was written to standard error.</summary>
    public static (IConfigurationRoot Configuration, SettingsReading Reading)? Read(ParseResult parsed)
    {
        if (Load(parsed) is not { } configuration)
            return null;
        var reading = ProxySettings.Read(configuration);
        if (reading.Settings is not null)
            return (configuration, reading);
        WriteMistakes(parsed.InvocationConfiguration.Error, reading);
        return null;
    }

    public static void WriteMistakes(TextWriter output, SettingsReading reading)
    {
        output.WriteLine(reading.Mistakes.Count == 1 ? "The configuration is refused: 1 mistake." : $"The configuration is refused: {reading.Mistakes.Count} mistakes.");
        foreach (var mistake in reading.Mistakes)
            output.WriteLine($"  {mistake}");
    }
}
