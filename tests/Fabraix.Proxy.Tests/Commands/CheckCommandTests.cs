using System.Text.Json;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    // Over the shipped file, whose routes stay: what is wrong here is wrong by itself.
    private const string ThreeMistakes = """
        {
          "Fabraix": {
            "Upstream": { "Timeout": "30" },
            "Tokens": { "MaxLifetimes": "5m", "Issuers": { "main": { "Issuer": "https://login.example.com/", "Audiences": ["fabraix-proxy"], "Jwks": "file:jwks.json" } } },
            "Routes": { "check": { "Scope": "" } },
            "Browser": { "Origins": ["https://app.example.com"] },
            "RateLimits": { "Store": "redis:redis.example.com:6379" }
          }
        }
        """;

    private static readonly string[] Paths = ["Fabraix:Routes:check:Scope", "Fabraix:Tokens:MaxLifetimes", "Fabraix:Upstream:Timeout"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Accepts_a_good_configuration()
    {
        var result = await Check(Sample.IssuerAndOrigin);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("The configuration is accepted.", result.Lines[^1]);
        Assert.DoesNotContain(result.Lines, line => line.StartsWith("mistake", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_the_shipped_file_alone_for_its_missing_issuer()
    {
        var result = await CommandLine.RunAsync("check");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("mistake  Fabraix:Tokens:Issuers: ", result.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_every_mistake_with_its_path_and_what_to_set()
    {
        var result = await Check(ThreeMistakes);

        Assert.Equal((2, ""), (result.ExitCode, result.Error));
        var mistakes = result.Lines.Where(line => line.StartsWith("mistake  ", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(
            [
                "mistake  Fabraix:Routes:check:Scope: is missing. Set the scope that a token must have, such as event:write; several are separated by spaces.",
                "mistake  Fabraix:Tokens:MaxLifetimes: is not known. Did you mean MaxLifetime?",
                "mistake  Fabraix:Upstream:Timeout: is not a duration in range. Set hh:mm:ss, or a number with s, m or h such as 30s, from 1s to 10m.",
            ],
            mistakes);
        Assert.Contains(result.Lines, line => line.StartsWith("warning  Fabraix:RateLimits:Store: ", StringComparison.Ordinal));
        Assert.Equal("The configuration is refused: 3 mistakes.", result.Lines[^1]);
    }

    [Fact]
    public async Task Writes_the_same_as_JSON()
    {
        var text = await Check(ThreeMistakes);
        var result = await Check(ThreeMistakes, "--json");

        Assert.Equal((2, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(Paths, json.RootElement.GetProperty("mistakes").EnumerateArray().Select(mistake => Text(mistake, "path")).Order(StringComparer.Ordinal));
        Assert.Equal(
            text.Lines.SkipLast(1),
            new[] { "mistake", "warning" }.SelectMany(kind => json.RootElement.GetProperty($"{kind}s").EnumerateArray().Select(one => $"{kind}  {Text(one, "path")}: {Text(one, "wrong")} {Text(one, "set")}")));
    }

    [Fact]
    public async Task Writes_no_mistake_as_an_empty_list_of_JSON()
    {
        var result = await Check(Sample.IssuerAndOrigin, "--json");

        Assert.Equal(0, result.ExitCode);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(0, json.RootElement.GetProperty("mistakes").GetArrayLength());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"Fabraix\": 1, \"fabraix\": 2}")]
    [InlineData("{\"Fabraix\": {\"Upstream\" \"x\"}}")]
    public async Task Refuses_a_file_that_is_not_one_object_of_JSON_by_its_name(string json)
    {
        var file = _folder.Write("my.json", json);

        var result = await CommandLine.RunAsync("check", "--config", file);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_place_of_what_is_no_JSON()
    {
        var result = await Check("{\n  \"Fabraix\": {\n    \"Upstream\" \"x\"\n  }\n}\n");

        Assert.Contains("line 3", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.json", "nowhere.json does not exist.")]
    [InlineData("", "is not the name of a file.")]
    [InlineData(".", ". is a directory.")]
    public async Task Refuses_a_file_that_is_not_there(string name, string says)
    {
        var result = await CommandLine.RunAsync("check", "--config", name);

        Assert.Equal((2, "", $"--config: {says}"), (result.ExitCode, result.Output, result.Error.Trim()));
    }

    [Fact]
    public async Task Takes_the_environment_over_the_file()
    {
        var file = _folder.Write("my.json", Sample.IssuerAndOrigin);

        var result = await ProxyProcess.RunAsync(["check", "--config", file], ("Fabraix__Upstream__Timeout", "30"));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("mistake  Fabraix:Upstream:Timeout: ", result.Lines[0], StringComparison.Ordinal);
    }

    private Task<CommandResult> Check(string json, params string[] more) => CommandLine.RunAsync(["check", "--config", _folder.Write("my.json", json), .. more]);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
