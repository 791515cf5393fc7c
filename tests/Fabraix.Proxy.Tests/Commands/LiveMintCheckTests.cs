using System.Text.Json.Nodes;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Mint;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Commands;

/// <summary><c>check --live</c> of a mint: its secrets are read, and none is shown.</summary>
public sealed class LiveMintCheckTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingUpstream _upstream = RecordingUpstream.Start();
    private readonly string _secret = Made.ApiKey();
    private readonly string _pem = MadeKeys.Pem();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Says_which_key_would_sign()
    {
        var result = await CheckAsync(_pem, _secret);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("reached  Fabraix:Mint:SigningKeys:0: is read.", result.Lines);
        Assert.Contains("reached  Fabraix:Mint:Clients:web-backend:Secret: is read.", result.Lines);
        Assert.Contains($"reached  Fabraix:Mint:SigningKeys: key {MadeKeys.Read(_pem).KeyId} (ES256) would sign.", result.Lines);
    }

    [Theory]
    [InlineData(null, "good", "Fabraix:Mint:SigningKeys:0: gives nothing that can be used: the file does not exist.")]
    [InlineData("no key", "good", "Fabraix:Mint:SigningKeys:0: gives nothing that can be used: it is no private key")]
    [InlineData("good", null, "Fabraix:Mint:Clients:web-backend:Secret: gives nothing that can be used: the file does not exist.")]
    [InlineData("good", "short", "Fabraix:Mint:Clients:web-backend:Secret: gives nothing that can be used: it is not 32 to 256 characters")]
    public async Task Names_what_cannot_be_used(string? key, string? secret, string mistake)
    {
        var result = await CheckAsync(key == "good" ? _pem : key, secret == "good" ? _secret : secret);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"mistake  {mistake}", Assert.Single(result.Lines, line => line.StartsWith("mistake", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private async Task<CommandResult> CheckAsync(string? key, string? secret)
    {
        if (key is not null)
            _folder.Write("signing-key", key);
        if (secret is not null)
            _folder.Write("secret", secret);
        (string At, JsonNode Value)[] all =
        [
            ("Fabraix:Keys:default:Secret", "file:" + _folder.Write("api-key", Made.ApiKey())),
            ("Fabraix:Upstream:Address", _upstream.Address.GetLeftPart(UriPartial.Authority)),
            ("Fabraix:Mint:SigningKeys", new JsonArray("file:" + _folder.At("signing-key"))),
            ("Fabraix:Mint:Clients:web-backend:Secret", "file:" + _folder.At("secret")),
        ];
        var result = await CommandLine.RunAsync("check", "--live", "--config", _folder.Write("my.json", all.Aggregate(Sample.WithMint, static (json, one) => Sample.With(one.At, one.Value.ToJsonString(), json))));
        Assert.DoesNotContain(_secret, result.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(_pem.Split('\n')[1], result.Everything, StringComparison.Ordinal);
        return result;
    }
}
