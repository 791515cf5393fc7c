using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class KeyFetcherTests : IAsyncLifetime
{
    private readonly KeyServer _metadata = new();
    private readonly KeyServer _keys = new();
    private readonly KeyFetcher _fetcher = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _fetcher.Dispose();
        await _metadata.DisposeAsync();
        await _keys.DisposeAsync();
    }

    [Fact]
    public async Task Follows_metadata_to_its_key_set()
    {
        _metadata.Answer(Metadata(Jose.Issuer, _keys.Address.ToString()));

        Assert.Equal(KeyServer.Set(KeyServer.Key("first")), Encoding.UTF8.GetString((await Fetch("Metadata")).Span));
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4.3.</summary>
    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://LOGIN.example.com/")]
    [InlineData("https://other.example.com/")]
    public async Task Refuses_metadata_of_another_issuer(string issuer)
    {
        _metadata.Answer(Metadata(issuer, _keys.Address.ToString()));

        Assert.Equal("The metadata's issuer is not the configured Issuer.", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Metadata"))).Message);
        Assert.Equal(0, _keys.Fetches);
    }

    [Theory]
    [InlineData("http://login.example.com/jwks.json")]
    [InlineData("ftp://login.example.com/jwks.json")]
    [InlineData("file:///etc/passwd")]
    public async Task Refuses_metadata_that_names_keys_in_the_clear_or_on_this_machine(string at)
    {
        _metadata.Answer(Metadata(Jose.Issuer, at));

        Assert.Equal("The metadata's jwks_uri is not https.", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Metadata"))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"issuer\": 7}")]
    [InlineData("{\"issuer\": \"https://login.example.com/\"}")]
    [InlineData("{\"issuer\": \"https://login.example.com/\", \"jwks_uri\": 7}")]
    [InlineData("{\"issuer\": \"https://login.example.com/\", \"jwks_uri\": \"/jwks.json\"}")]
    [InlineData("{\"issuer\": \"https://other.example/\", \"issuer\": \"https://login.example.com/\", \"jwks_uri\": \"https://login.example.com/\"}")]
    public async Task Refuses_metadata_that_is_malformed(string json)
    {
        _metadata.Answer(json);

        await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Metadata"));
    }

    [Fact]
    public async Task Follows_no_redirect()
    {
        _metadata.Redirect(_keys.Address);

        Assert.Equal("The key source answered 302.", (await Assert.ThrowsAsync<HttpRequestException>(() => Fetch("Jwks"))).Message);
        Assert.Equal(0, _keys.Fetches);
    }

    [Fact]
    public async Task Reads_no_more_than_1_MiB()
    {
        using var folder = new TemporaryFolder();
        var large = new string(' ', (1024 * 1024) + 1);
        _metadata.Answer(large);

        await Assert.ThrowsAsync<HttpRequestException>(() => Fetch("Jwks"));
        await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(Issuers.Options(folder.Write("jwks.json", large))));
    }

    [Fact]
    public async Task Reads_a_file_anew_each_time()
    {
        using var folder = new TemporaryFolder();
        foreach (var text in new[] { "one", "two" })
            Assert.Equal(text, Encoding.UTF8.GetString((await Fetch(Issuers.Options(folder.Write("jwks.json", text)))).Span));
    }

    private Task<ReadOnlyMemory<byte>> Fetch(string source) => Fetch(_metadata.Options(source));

    private Task<ReadOnlyMemory<byte>> Fetch(IssuerOptions issuer) => _fetcher.FetchAsync(issuer, TestContext.Current.CancellationToken);

    private static string Metadata(string issuer, string jwks) => new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = jwks }.ToJsonString();
}
