using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary>What explain is told besides the request: the host it is for, and keys; and what it cannot be told together.</summary>
public sealed class ExplainArgumentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("proxy.example.com")]
    [InlineData("*.example.com; proxy.example.org")]
    [InlineData("*.example.com")]
    [InlineData("[::1]")]
    [InlineData("*")]
    public async Task Asks_for_a_host_that_is_allowed(string allowed)
    {
        var result = await Explain(allowed);

        Assert.Contains("host           pass", result.Lines);
    }

    [Theory]
    [InlineData("proxy.example.com", 0)]
    [InlineData("proxy.example.com:8443", 0)]
    [InlineData("localhost", 1)]
    public async Task Asks_for_the_host_that_it_is_told(string host, int refusals)
    {
        var result = await Explain("proxy.example.com", "--host", host);

        Assert.Equal(refusals, result.Lines.Count(line => line.StartsWith("host           refuse: 400 invalid_header", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--method", "POST")]
    [InlineData("--path", "/v1/event")]
    [InlineData("--origin", "https://app.example.com")]
    [InlineData("--token", "a.b.c")]
    [InlineData("--host", "localhost")]
    public async Task Refuses_a_request_that_is_told_twice(string option, string value)
    {
        var file = _folder.Write("request.txt", "POST /v1/event HTTP/1.1\nHost: localhost\n\n");

        var result = await CommandLine.RunAsync("explain", "--config", Config("*"), "--request", file, option, value);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal($"--request: the file holds the whole request; leave {option} out.", result.Error.Trim());
    }

    [Theory]
    [InlineData("{}", "It is not a JWK Set")]
    [InlineData("no JSON", "It is not JSON.")]
    [InlineData("{\"keys\": [], \"keys\": []}", "It is JSON with a name twice")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n", "It is PEM; a JWK Set is needed")]
    [InlineData("{\"keys\": [{}]}", "No key in it is usable")]
    public async Task Refuses_a_file_of_keys_that_gives_none(string jwks, string why)
    {
        var file = _folder.Write("jwks.json", jwks);

        var result = await Explain("*", "--jwks", $"main={file}");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"--jwks: {file} gives no usable keys. {why}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_of_keys()
    {
        var result = await Explain("*", "--jwks", $"main={_folder.Path}");

        Assert.Equal((2, "", $"--jwks: {_folder.Path} is a directory."), (result.ExitCode, result.Output, result.Error.Trim()));
    }

    private Task<CommandResult> Explain(string allowed, params string[] more) =>
        CommandLine.RunAsync(["explain", "--config", Config(allowed), "--method", "POST", "--path", "/v1/event", .. more]);

    private string Config(string allowed) => _folder.Write("my.json", Sample.With("AllowedHosts", $"\"{allowed}\""));
}
