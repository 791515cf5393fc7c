using System.Text.Json;
using System.Text.RegularExpressions;
using Fabraix.Proxy.WireTests.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>The fields of log lines are a schema that collectors are set up by: the tables in docs/telemetry.md, compared with what the program writes.</summary>
public sealed partial class LogSchemaTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "telemetry.md"));

    [Fact]
    public async Task Is_the_documented_one()
    {
        await using var collector = new OtlpCollector();
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")));
        await fixture.AskAsync(program);
        await fixture.AskAsync(program, request => request.Without("Authorization"));
        Assert.Equal(0, await program.TerminateAsync());
        var lines = program.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var common = Fields("field of every line");
        Assert.All(lines, line => Assert.All((string[])["time", "level", "category", "event"], name => Assert.Equal(common[name], TypeOf(line.GetProperty(name)))));
        Assert.All(lines.Where(line => !IsRequest(line)), line => Assert.Equal(common["message"], TypeOf(line.GetProperty("message"))));
        Assert.Equal(
            common.Where(field => field.Key is not ("message" or "exception")).Concat(Fields("field")).Select(field => $"{field.Key} {field.Value}").Order(StringComparer.Ordinal),
            lines.Where(IsRequest).SelectMany(line => line.EnumerateObject()).Select(field => $"{field.Name} {TypeOf(field.Value)}").Distinct().Order(StringComparer.Ordinal));
    }

    private static bool IsRequest(JsonElement line) => line.GetProperty("event").GetInt32() == 1100;

    private static string TypeOf(JsonElement value) => value.ValueKind == JsonValueKind.Number ? "number" : value.ValueKind == JsonValueKind.String ? "string" : "none";

    /// <summary>The table whose first column is called so: names and types.</summary>
    private static Dictionary<string, string> Fields(string column)
    {
        var head = $"| {column} | type | meaning |\n";
        var table = Page[(Page.IndexOf(head, StringComparison.Ordinal) + head.Length)..].Split("\n\n")[0];
        return Row().Matches(table).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["type"].Value);
    }

    [GeneratedRegex("^\\| `(?<name>[a-zA-Z]+)` \\| (?<type>string|number) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
