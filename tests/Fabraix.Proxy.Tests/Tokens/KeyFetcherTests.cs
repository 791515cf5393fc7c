using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class KeyFetcherTests : IAsyncLifetime
{
    private const string TooLarge = "What the key source gives is larger than 1 MiB.";

    private readonly KeyServer _metadata = new();
    private readonly KeyServer _keys = new();
    private readonly KeyFetcher _fetcher = new();
    private readonly FakeTimeProvider _time = new();

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

        Assert.Equal(TooLarge, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Jwks"))).Message);
        Assert.Equal(TooLarge, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Metadata"))).Message);
        Assert.Equal(TooLarge, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(Issuers.Options(folder.Write("jwks.json", large))))).Message);
    }

    /// <summary>Whoever says no length, as a chunked answer or a device, is cut off at the same size.</summary>
    [Fact]
    public async Task Reads_no_more_than_1_MiB_of_what_has_no_end()
    {
        _metadata.Stream(static () => UpstreamAnswer.Chunk(new string(' ', 64 * 1024)), "Transfer-Encoding: chunked");

        Assert.Equal(TooLarge, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("Jwks")).InTimeAsync("the end of an endless answer")).Message);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such device.");
        Assert.Equal(TooLarge, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(Issuers.Options("/dev/zero"))).InTimeAsync("the end of an endless file")).Message);
    }

    [Theory]
    [InlineData("Jwks")]
    [InlineData("Metadata")]
    public async Task Takes_no_longer_than_five_seconds_however_steadily_the_answer_drips(string source)
    {
        using var fetcher = new KeyFetcher(_time);
        var sent = 0;
        _metadata.Stream(() => ++sent > 0 ? " " : "", "Content-Length: 100000");

        var fetch = fetcher.FetchAsync(_metadata.Options(source), TestContext.Current.CancellationToken);
        await Bounds.UntilAsync(() => Volatile.Read(ref sent) > 10, "the first bytes");
        _time.Advance(KeyFetcher.Longest - TimeSpan.FromMilliseconds(1));
        Assert.False(fetch.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.InTimeAsync("the end of the fetch"));
    }

    [Fact]
    public async Task Takes_no_longer_than_five_seconds_for_metadata_and_key_set_together()
    {
        using var fetcher = new KeyFetcher(_time);
        var (slow, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        _metadata.Answer(Metadata(Jose.Issuer, _keys.Address.ToString()));
        _metadata.HoldUntil(slow.Task);
        _keys.HoldUntil(never.Task);

        var fetch = fetcher.FetchAsync(_metadata.Options("Metadata"), TestContext.Current.CancellationToken);
        await Bounds.UntilAsync(() => _metadata.Fetches == 1, "the question for metadata");
        _time.Advance(TimeSpan.FromSeconds(4));
        slow.SetResult();
        await Bounds.UntilAsync(() => _keys.Fetches == 1, "the question for the key set");
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.InTimeAsync("the end of the fetch"));
        never.SetResult();
    }

    [Fact]
    public async Task Takes_no_longer_than_five_seconds_for_a_file_that_blocks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Named pipes among files need a Unix.");
        using var folder = new TemporaryFolder();
        using var fetcher = new KeyFetcher(_time);
        var pipe = folder.Write("pipe", "");
        File.Delete(pipe);
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        var fetch = fetcher.FetchAsync(Issuers.Options(pipe), TestContext.Current.CancellationToken);
        Assert.False(fetch.IsCompleted);
        _time.Advance(KeyFetcher.Longest);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.InTimeAsync("the end of the fetch"));

        // Whoever has it asked again and again gets no second thread.
        for (var i = 0; i < 100; i++)
        {
            var again = await Assert.ThrowsAsync<TimeoutException>(() => Fetch(Issuers.Options(pipe), fetcher));
            Assert.Equal(new KeySourceFailure("timed_out", "The key file still blocks an earlier reading."), KeySourceFailure.Of(again, KeySource.FromFile(pipe)));
        }

        // Lets go of whoever still opens it, and does not wait for one.
        await using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        File.Delete(pipe);
        folder.Write("pipe", "{}");
        await Bounds.UntilAsync(async () => (await Record.ExceptionAsync(() => Fetch(Issuers.Options(pipe), fetcher))) is null, "the file in the pipe's place");
    }

    [Fact]
    public async Task Says_that_an_answer_broke_off()
    {
        _metadata.Stream(static () => null, "Content-Length: 100");

        var broken = await Assert.ThrowsAnyAsync<IOException>(() => Fetch("Jwks"));
        Assert.Equal(new KeySourceFailure("broken_off", "The key source's answer broke off (ResponseEnded)."), KeySourceFailure.Of(broken, _metadata.Options().Keys));
    }

    /// <summary>Metadata from elsewhere must not make the proxy ask a server of its own machine.</summary>
    [Fact]
    public void Follows_metadata_to_this_machine_only_from_this_machine()
    {
        var elsewhere = Issuers.Options() with { Keys = KeyServer.Source("Metadata", "https://login.example.com/.well-known/openid-configuration") };

        Assert.Equal(_keys.Address, KeyFetcher.JwksUri(Encoding.UTF8.GetBytes(Metadata(Jose.Issuer, _keys.Address.ToString())), _metadata.Options("Metadata")));
        Assert.Equal("The metadata's jwks_uri is not https.", Assert.Throws<InvalidDataException>(() =>
            KeyFetcher.JwksUri(Encoding.UTF8.GetBytes(Metadata(Jose.Issuer, _keys.Address.ToString())), elsewhere)).Message);
    }

    [Fact]
    public async Task Reads_a_file_anew_each_time()
    {
        using var folder = new TemporaryFolder();
        foreach (var text in new[] { "one", "two" })
            Assert.Equal(text, Encoding.UTF8.GetString((await Fetch(Issuers.Options(folder.Write("jwks.json", text)))).Span));
    }

    private Task<ReadOnlyMemory<byte>> Fetch(string source) => Fetch(_metadata.Options(source));

    private Task<ReadOnlyMemory<byte>> Fetch(IssuerOptions issuer, KeyFetcher? fetcher = null) => (fetcher ?? _fetcher).FetchAsync(issuer, TestContext.Current.CancellationToken);

    private static string Metadata(string issuer, string jwks) => new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = jwks }.ToJsonString();
}
