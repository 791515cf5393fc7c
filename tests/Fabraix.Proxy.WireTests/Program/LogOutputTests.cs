using System.Text.Json;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Program;

/// <summary>What the program writes: JSON, a line an entry, for a container's collector, and text for a person (docs/telemetry.md).</summary>
public sealed class LogOutputTests(ProgramFixture fixture) : IClassFixture<ProgramFixture>
{
    private static readonly string[] Common = ["time", "level", "category", "event", "route", "decision", "status", "milliseconds"];

    [Fact]
    public async Task Is_one_flat_JSON_object_a_line_in_a_container()
    {
        await using var program = await ProxyProcess.StartAsync(fixture.Variables());
        Assert.Equal(200, (await fixture.AskAsync(program, request => request.With("x-request-id", "page-1"))).Status);
        Assert.Equal(401, (await fixture.AskAsync(program, request => request.Without("Authorization").With("x-request-id", "page-2"))).Status);
        Assert.Equal(0, await program.TerminateAsync());

        var entries = program.Lines.Select(Parse).ToArray();
        Assert.All(entries, entry => Assert.All(entry.EnumerateObject(), field => Assert.False(field.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)));

        // 1001 and 1201 tell of the machine: of an old runtime, and of few files or little memory.
        Assert.Equal([1000, 1003, 1400], entries.Select(Event).Where(number => number is not (1001 or 1100 or 1201)).Order());
        var lines = entries.Where(entry => Event(entry) == 1100).ToDictionary(entry => entry.GetProperty("requestId").GetString()!);
        Assert.Equal(["page-1", "page-2"], lines.Keys.Order(StringComparer.Ordinal));
        AssertFields(lines["page-1"], [.. Common, "upstreamStatus", "upstreamMilliseconds", "caller", "key", "requestId"]);
        AssertFields(lines["page-2"], [.. Common, "requestId", "rule"]);
        Assert.Equal(("forwarded", 200, 200), (lines["page-1"].GetProperty("decision").GetString(), lines["page-1"].GetProperty("status").GetInt32(), lines["page-1"].GetProperty("upstreamStatus").GetInt32()));
        Assert.Equal(("token_missing", 401), (lines["page-2"].GetProperty("decision").GetString(), lines["page-2"].GetProperty("status").GetInt32()));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("")]
    public async Task Is_text_elsewhere(string container)
    {
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(("DOTNET_RUNNING_IN_CONTAINER", container)));
        Assert.Equal(200, (await fixture.AskAsync(program, request => request.With("x-request-id", "page-1"))).Status);
        Assert.Equal(0, await program.TerminateAsync());

        Assert.Single(program.Lines, line => line.Contains(" id page-1 ", StringComparison.Ordinal) || line.EndsWith(" id page-1 rule", StringComparison.Ordinal));
        Assert.All(program.Lines, line => Assert.Matches(@"^[0-9]{2}:[0-9]{2}:[0-9]{2} (info|warn)\[[0-9]{4}\] ", line));
    }

    /// <summary>Whatever the operator asks for, categories that could write a token stay silent.</summary>
    [Fact]
    public async Task Holds_neither_token_nor_key_at_Trace()
    {
        var token = fixture.Issuer.Mint();
        await using var program = await ProxyProcess.StartAsync(fixture.Variables(
            ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft", "Trace"), ("Logging__LogLevel__System", "Trace"), ("Logging__LogLevel__Yarp", "Trace"),
            ("Logging__Console__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Trace")));
        await fixture.AskAsync(program, request => request.Instead("Authorization", "Bearer " + token));
        await fixture.AskAsync(program, request => request.Instead("Authorization", $"Bearer {token}x").With("Cookie", "mark-7f3a=1"));
        await using (var client = await RawClient.ConnectAsync(program.Address))
            await client.AskAsync(RequestText.Post($"/v1/check?access_token={token}", client.Host, token).ToString());
        Assert.Equal(0, await program.TerminateAsync());

        var output = string.Join('\n', program.Lines);
        Assert.InRange(program.Lines.Count, 20, int.MaxValue);
        Assert.False(output.Contains(fixture.ApiKey, StringComparison.Ordinal), "The key is in the output");
        Assert.False(output.Contains(token.Split('.')[2], StringComparison.Ordinal), "A token's signature is in the output");
        Assert.False(output.Contains(token.Split('.')[1], StringComparison.Ordinal), "A token's claims are in the output");
        Assert.DoesNotContain("mark-7f3a", output, StringComparison.Ordinal);
    }

    private static void AssertFields(JsonElement line, string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), line.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private static int Event(JsonElement entry) => entry.GetProperty("event").GetInt32();

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }
}
