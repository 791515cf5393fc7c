using Fabraix.Proxy.Commands;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class ServeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task Refuses_to_start_without_an_issuer_and_says_what_to_set(params string[] args)
    {
        var result = await CommandLine.RunAsync(args);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("The configuration is refused: 1 mistake.", result.Error, StringComparison.Ordinal);
        Assert.Contains("Fabraix:Tokens:Issuers: holds no issuer", result.Error, StringComparison.Ordinal);
        Assert.Contains("Set Fabraix:Tokens:Issuers:main with Issuer, Audiences and Metadata or Jwks", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_start_with_every_mistake_at_once()
    {
        var file = _folder.Write("my.json", Sample.With("Fabraix:Upstream:Timeout", "\"30\"", Sample.With("Fabraix:Extra", "1")));

        var result = await CommandLine.RunAsync("--config", file);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("The configuration is refused: 2 mistakes.", result.Error, StringComparison.Ordinal);
        Assert.Contains("  Fabraix:Upstream:Timeout: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("  Fabraix:Extra: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "http://localhost:8080")]
    [InlineData(null, null, "9000", "http://*:9000")]
    [InlineData(null, null, "9000; 9001", "http://*:9000;http://*:9001")]
    [InlineData(null, "http://localhost:9002", "9000", "http://localhost:9002")]
    [InlineData("http://localhost:9003", "http://localhost:9002", "9000", "http://localhost:9003")]
    [InlineData("", "", "", "http://localhost:8080")]
    public void Listens_where_the_nearest_word_says(string? option, string? urls, string? ports, string listens) => Assert.Equal(
        listens,
        ServeCommand.ListenOn(option, new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ASPNETCORE_URLS", urls), KeyValuePair.Create("ASPNETCORE_HTTP_PORTS", ports)]).Build()));

    [Fact]
    public async Task Stops_with_0_when_it_is_asked_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs signals.");
        await using var proxy = ProxyProcess.Start(["--config", Complete(), "--urls", "http://127.0.0.1:0"]);

        var line = "";
        while (!line.Contains("answers on", StringComparison.Ordinal))
            line = Assert.IsType<string>(await proxy.ReadLineAsync());
        await proxy.TerminateAsync();

        Assert.Equal(0, (await proxy.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Fails_with_1_where_its_address_is_taken()
    {
        await using var other = RecordingUpstream.Start();

        var result = await ProxyProcess.RunAsync(["serve", "--config", Complete(), "--urls", other.Address.GetLeftPart(UriPartial.Authority)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The proxy could not start: ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{other.Address.Port}", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A configuration that starts: its key and its issuer's keys are files, its management listener takes any port.</summary>
    private string Complete()
    {
        var json = Sample.With("Fabraix:Keys:default:Secret", $"\"file:{_folder.Write("key", Made.ApiKey())}\"");
        json = Sample.With("Fabraix:Tokens:Issuers:main:Jwks", $"\"file:{_folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")))}\"", json);
        return _folder.Write("my.json", Sample.With("Fabraix:Management:Url", "\"http://127.0.0.1:0\"", json));
    }
}
