using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Commands;

/// <summary><c>check</c>: reads the configuration and reports every mistake at once; with --live also asks the stores, the issuers, Redis and the upstream.</summary>
internal static class CheckCommand
{
    private static readonly Option<bool> Live = new("--live") { Description = "Also reads each secret, fetches each issuer's keys and reaches Redis, the upstream and the collector." };
    private static readonly Option<bool> Json = new("--json") { Description = "Writes the findings as JSON." };

    public static Command Create()
    {
        var command = new Command("check", "Reads the configuration and reports every mistake: exit code 0 without one, 2 with.") { Live, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (CommandConfiguration.Load(parsed) is not { } configuration)
            return ExitCodes.Refused;

        var reading = ProxySettings.Read(configuration, ServeCommand.Surroundings(urls: null, configuration));
        List<Mistake> warnings = [.. reading.Warnings, .. RuntimeVersion.Judge(RuntimeVersion.Current)];

        var live = new LiveCheck();
        if (parsed.GetValue(Live) && reading.Settings is { } settings)
            await live.RunAsync(settings, configuration, cancellation);
        List<Mistake> mistakes = [.. reading.Mistakes, .. live.Mistakes];

        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
            await output.WriteLineAsync(Write(mistakes, warnings));
        else
            WriteText(output, mistakes, warnings, live.Reached);
        return mistakes.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private static void WriteText(TextWriter output, List<Mistake> mistakes, List<Mistake> warnings, IReadOnlyList<string> reached)
    {
        foreach (var there in reached)
            output.WriteLine($"reached  {there}");
        foreach (var mistake in mistakes)
            output.WriteLine($"mistake  {mistake}");
        foreach (var warning in warnings)
            output.WriteLine($"warning  {warning}");
        output.WriteLine(mistakes.Count == 0 ? "The configuration is accepted." : CommandConfiguration.Refused(mistakes.Count));
    }

    private static string Write(List<Mistake> mistakes, List<Mistake> warnings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteList(json, "mistakes", mistakes);
            WriteList(json, "warnings", warnings);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteList(Utf8JsonWriter json, string name, List<Mistake> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("path", finding.Path);
            json.WriteString("wrong", finding.Wrong);
            json.WriteString("set", finding.Set);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
