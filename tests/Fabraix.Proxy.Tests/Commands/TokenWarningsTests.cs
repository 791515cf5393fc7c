using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class TokenWarningsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("16m", "--lifetime is longer than Fabraix:Tokens:MaxLifetime (15m): the proxy will refuse this token.")]
    [InlineData("15m", "")]
    public async Task Says_of_a_token_that_lives_too_long_that_it_is_of_no_use(string lifetime, string says)
    {
        var result = await Sign("--lifetime", lifetime);

        Assert.Equal((0, says), (result.ExitCode, result.Error.Trim()));
        Assert.Equal(3, result.Output.Trim().Split('.').Length);
    }

    [Fact]
    public async Task Says_so_too_where_issuer_and_audience_are_told()
    {
        var result = await Sign("--lifetime", "1h", "--issuer", "https://other.example/", "--audience", "other");

        Assert.StartsWith("--lifetime is longer", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_an_issuer_is_not_configured()
    {
        var result = await Sign("--issuer", "https://other.example/");

        Assert.Equal((2, "--audience is missing, and --issuer names no usable issuer of the configuration to take it from."), (result.ExitCode, result.Error.Trim()));
    }

    private async Task<CommandResult> Sign(params string[] more)
    {
        await CommandLine.RunAsync("token", "--new-key", _folder.At("key.pem"));
        return await CommandLine.RunAsync(["token", "--config", _folder.Write("my.json", Sample.Good), "--subject", "s", "--scope", "a", "--key", _folder.At("key.pem"), .. more]);
    }
}
