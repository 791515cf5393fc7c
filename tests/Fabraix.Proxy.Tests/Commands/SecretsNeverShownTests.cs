using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary>A secret in the wrong place is a mistake; telling of the mistake must not tell the secret.</summary>
public sealed class SecretsNeverShownTests : IDisposable
{
    private const string Label = "PRIVATE KEY-----"; // RFC 7468 section 10, apart from its beginning: a search for keys in the repository finds none

    // check comes first: what it accepts by mistake, serve must not be asked to run.
    private static readonly string[][] Commands =
    [
        ["check"],
        ["serve"],
        ["check", "--json"],
        ["check", "--live"],
        ["explain", "--method", "POST", "--path", "/v1/event"],
        ["token", "--subject", "s", "--scope", "event:write", "--key", "nowhere.pem"],
        ["health"],
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _secret = Made.ApiKey();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Fabraix:Keys:default:Secret")]
    [InlineData("Fabraix:Keys:default:Type")]
    [InlineData("Fabraix:Keys:default")]
    [InlineData("Fabraix:Keys")]
    [InlineData("Fabraix")]
    [InlineData("Fabraix:Upstream:Address")]
    [InlineData("Fabraix:Upstream:KeyHeader")]
    [InlineData("Fabraix:Upstream:CaFile")]
    [InlineData("Fabraix:Upstream:Proxy")]
    [InlineData("Fabraix:Upstream:ApiKey")]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks")]
    [InlineData("Fabraix:Tokens:Issuers:main:Algorithms")]
    [InlineData("Fabraix:Routes:event:Key")]
    [InlineData("Fabraix:Routes:event:Path")]
    [InlineData("Fabraix:Browser:Origins")]
    [InlineData("Fabraix:RateLimits:Store")]
    [InlineData("Fabraix:Management:Url")]
    public async Task By_the_mistake_that_it_stands_in_the_wrong_place(string at)
    {
        var file = _folder.Write("my.json", Sample.With(at, JsonValue.Create(_secret).ToJsonString(), WithoutNetwork()));

        // In the place of everything it leaves the usual management address, where another proxy of this machine may be well.
        await EveryCommandRefusesAndShowsNothing(file, at == "Fabraix" ? "health" : null);
    }

    [Theory]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": %}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": f%}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": true%}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": nul%}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": 1%}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": \"%}}}}")]
    [InlineData("{\"Fabraix\": {\"Keys\": {\"default\": {\"Secret\": '%'}}}}")]
    [InlineData("%")]
    [InlineData("\"%\"")]
    [InlineData("FABRAIX_API_KEY=%")]
    public async Task By_the_words_of_the_parser_where_quotes_are_missing(string json)
    {
        var file = _folder.Write("my.json", json.Replace("%", _secret, StringComparison.Ordinal));

        await EveryCommandRefusesAndShowsNothing(file);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("two words: %")]
    [InlineData("{\"kty\": \"EC\", \"d\": \"%\"}")]
    [InlineData("{\"kty\": %}")]
    [InlineData("-----BEGIN " + Label + "\n%\n-----END " + Label + "\n")]
    public async Task By_a_private_key_that_is_none(string content)
    {
        var file = _folder.Write("key", content.Replace("%", _secret, StringComparison.Ordinal));

        var result = await CommandLine.RunAsync("token", "--subject", "s", "--scope", "event:write", "--issuer", "i", "--audience", "a", "--key", file);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.DoesNotContain(_secret, result.Error, StringComparison.OrdinalIgnoreCase);
    }

    private async Task EveryCommandRefusesAndShowsNothing(string file, string? except = null)
    {
        foreach (var command in Commands.Where(command => command[0] != except))
        {
            var result = await CommandLine.RunAsync([.. command, "--config", file]);

            Assert.NotEqual(0, result.ExitCode);
            Assert.False(string.IsNullOrWhiteSpace(result.Everything));
            Assert.DoesNotContain(_secret, result.Everything, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Whatever is asked live is on this machine, and not there.</summary>
    private string WithoutNetwork()
    {
        var json = Sample.With("Fabraix:Upstream:Address", $"\"http://127.0.0.1:{Ports.Closed()}\"");
        json = Sample.With("Fabraix:Management:Url", $"\"http://127.0.0.1:{Ports.Closed()}\"", json);
        return Sample.With("Fabraix:Tokens:Issuers:main:Jwks", $"\"file:{_folder.At("nowhere.json")}\"", json);
    }
}
