using System.Text;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Architecture;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Mint;

/// <summary>Who is a client. A wrong secret and an unknown name go the same way.</summary>
public sealed class ClientSecretTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SecretHash _hash = new();
    private readonly ClientSecret _secret;
    private readonly MintClients _clients;
    private readonly LogLines<ClientSecret> _log = new();
    private SecretReading _next = SecretReading.Failed(SecretOutcome.Unavailable, "the store is away");

    public ClientSecretTests()
    {
        var options = new MintClientOptions { Name = "web-backend", Secret = new SecretReference("env", "TEST", Field: null), Scopes = ["a"] };
        _secret = new ClientSecret(options, _hash, new SecretReader(_ => new Store(this), _time), _time, _log);
        _clients = new MintClients([_secret], _hash, _time);
    }

    [Fact]
    public async Task Knows_a_client_by_name_and_secret()
    {
        var secret = await ReadAsync(Made.ApiKey());

        Assert.Equal("web-backend", Ask(Basic("web-backend", secret)).Client?.Name);
        Assert.Equal("web-backend", Ask("bAsIc " + Basic("web-backend", secret)[6..]).Client?.Name);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Takes_one_newline_off_the_end(string end)
    {
        var secret = Made.ApiKey();
        await ReadAsync(secret + end);

        Assert.NotNull(Ask(Basic("web-backend", secret)).Client);
    }

    [Fact]
    public async Task Refuses_every_other_name_and_secret_by_the_same_words()
    {
        var secret = await ReadAsync(Made.ApiKey());

        foreach (var (name, presented) in new[] { ("web-backend", secret + "x"), ("web-backend", secret[..^1]), ("web-backend", ""), ("web-backend", secret.ToUpperInvariant()), ("WEB-BACKEND", secret), ("other", secret), ("", secret), ("", "") })
            Assert.Equal((null, OAuthError.WrongCredentials), (Ask(Basic(name, presented)).Client, Ask(Basic(name, presented)).Error));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic ***")]
    [InlineData("Basic d2ViLWJhY2tlbmQ=")]
    [InlineData("Bearer d2ViLWJhY2tlbmQ6eA==")]
    public async Task Refuses_what_is_no_Basic(string? header)
    {
        await ReadAsync(Made.ApiKey());

        Assert.Equal(OAuthError.NoCredentials, Ask(header).Error);
    }

    [Fact]
    public async Task Refuses_two_headers_though_one_is_right()
    {
        var secret = await ReadAsync(Made.ApiKey());
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = new([Basic("web-backend", secret), Basic("web-backend", secret)]);

        Assert.Equal(OAuthError.NoCredentials, _clients.Authenticate(request).Error);
    }

    [Fact]
    public async Task Says_that_a_secret_was_never_read_and_lets_nobody_in_by_it()
    {
        await _secret.RefreshAsync();

        Assert.Equal(OAuthError.SecretUnread, Ask(Basic("web-backend", Made.ApiKey())).Error);
    }

    [Fact]
    public async Task Keeps_the_last_good_secret_while_the_store_is_down()
    {
        var secret = await ReadAsync(Made.ApiKey());
        _next = SecretReading.Failed(SecretOutcome.Unavailable, "the store is away");
        await _secret.RefreshAsync();

        Assert.NotNull(Ask(Basic("web-backend", secret)).Client);
        Assert.Equal("the store is away", _secret.Problem);
    }

    [Fact]
    public async Task Accepts_the_secret_before_for_five_minutes_and_no_older_one()
    {
        var (oldest, old, fresh) = (await ReadAsync(Made.ApiKey()), await ReadAsync(Made.ApiKey()), await ReadAsync(Made.ApiKey()));

        Assert.Null(Ask(Basic("web-backend", oldest)).Client);
        Assert.NotNull(Ask(Basic("web-backend", old)).Client);
        Assert.NotNull(Ask(Basic("web-backend", fresh)).Client);

        _time.Advance(AcceptedSecrets.Overlap - TimeSpan.FromTicks(1));
        Assert.NotNull(Ask(Basic("web-backend", old)).Client);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(Ask(Basic("web-backend", old)).Client);
        Assert.NotNull(Ask(Basic("web-backend", fresh)).Client);
    }

    [Fact]
    public async Task Does_not_prolong_the_old_secret_by_reading_the_new_one_again()
    {
        var old = await ReadAsync(Made.ApiKey());
        var fresh = await ReadAsync(Made.ApiKey());
        _time.Advance(AcceptedSecrets.Overlap);
        await ReadAsync(fresh);

        Assert.Null(Ask(Basic("web-backend", old)).Client);
    }

    [Theory]
    [InlineData(31, 'a', false)]
    [InlineData(32, 'a', true)]
    [InlineData(256, 'a', true)]
    [InlineData(257, 'a', false)]
    [InlineData(40, ' ', false)]
    [InlineData(40, ':', false)]
    [InlineData(40, '+', false)]
    [InlineData(40, '%', false)]
    [InlineData(40, 'é', false)]
    public async Task Takes_32_to_256_characters_that_every_encoding_leaves_alone(int length, char character, bool good)
    {
        await ReadAsync(new string(character, length));

        Assert.Equal(good ? null : "it is not 32 to 256 characters of A-Z a-z 0-9 - . _ ~", _secret.Problem);
        Assert.All(_log.Lines, line => Assert.DoesNotContain(new string(character, 20), line, StringComparison.Ordinal));
    }

    /// <summary>Whatever is asked, two hashes are compared, and no comparison ends early.</summary>
    [Fact]
    public void Compares_in_fixed_time_and_without_a_short_cut()
    {
        var source = Assert.Single(SourceFile.All, file => file.Path == "Mint/AcceptedSecrets.cs").Code;
        var matches = source[source.IndexOf("bool Matches(", StringComparison.Ordinal)..source.IndexOf("byte[] Nothing()", StringComparison.Ordinal)];

        Assert.Equal(2, matches.Split("CryptographicOperations.FixedTimeEquals(").Length - 1);
        Assert.DoesNotContain("&&", matches, StringComparison.Ordinal);
        Assert.DoesNotContain("||", matches, StringComparison.Ordinal);
        Assert.DoesNotContain("if (", matches, StringComparison.Ordinal);
    }

    private static string Basic(string name, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}"));

    private (MintClientOptions? Client, OAuthError? Error) Ask(string? header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = header;
        var (client, _, error) = _clients.Authenticate(request);
        return (client, error);
    }

    private async Task<string> ReadAsync(string secret)
    {
        _next = SecretReading.Found(secret, version: null);
        await _secret.RefreshAsync();
        return secret;
    }

    private sealed class Store(ClientSecretTests test) : ISecretStore
    {
        public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) => Task.FromResult(test._next);
    }
}
