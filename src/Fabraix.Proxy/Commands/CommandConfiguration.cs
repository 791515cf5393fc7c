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
        var file = parsed.GetValue(ProxyCommands.Config);
        try
        {
            return ConfigurationSources.Load(file);
        }
        catch (ArgumentException) when (file is not null)
        {
            parsed.InvocationConfiguration.Error.WriteLine("--config: is not the name of a file.");
        }
        catch (ArgumentException)
        {
            // The only argument left that can be wrong: one name twice, since names are compared without regard to case.
            parsed.InvocationConfiguration.Error.WriteLine("Two environment variables have the same name but for the case of letters. Remove one of them.");
        }
        catch (InvalidDataException e)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"{e.Message} {Reason(e.GetBaseException())}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"--config: {file} {FileFailure.Of(e, file!)}.");
        }

        return null;
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

    // The parser's own words quote what it met, which may be a secret without its quotes.
    private static string Reason(Exception innermost) =>
        innermost is JsonException json ? $"It is not JSON at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}." : innermost.Message;

    private static void WriteMistakes(TextWriter output, SettingsReading reading)
    {
        output.WriteLine(Refused(reading.Mistakes.Count));
        foreach (var mistake in reading.Mistakes)
            output.WriteLine($"  {mistake}");
    }
}
