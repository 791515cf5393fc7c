using System.Security.Cryptography;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class VerifiedTokensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly KeyFetcher _fetcher = new();
    private readonly VerifiedTokens _verified = new(mostEntries: 10, mostCharacters: 20_000);
    private readonly IssuerKeys _keys;
    private readonly TokenValidator _validator;

    public VerifiedTokensTests()
    {
        var options = new TokenOptions { Issuers = [Issuers.Options(_folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256"))))] };
        _keys = new IssuerKeys(options.Issuers[0], _fetcher, _time, new LogLines<IssuerKeys>());
        _validator = new TokenValidator(new IssuerRegistry([new Issuer(options.Issuers[0], _keys)]), _verified, new Revocations(options, _time, Revocations.Make(_time)), options, _time);
    }

    public void Dispose()
    {
        _fetcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Verifies_a_token_once()
    {
        var token = Jose.Token();

        var first = (await Validate(token)).Caller;

        Assert.NotNull(first);
        Assert.Same(first, (await Validate(new string(token))).Caller);
        Assert.Equal(1, _verified.Count);
    }

    [Fact]
    public async Task Takes_no_token_for_another()
    {
        var token = Jose.Token();
        Assert.NotNull((await Validate(token)).Caller);

        for (var i = 0; i < token.Length; i++)
        {
            var other = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.False(Finds(other));
        }

        Assert.True(Finds(token));
        Assert.False(Finds(token + "A"));
        Assert.False(Finds(token[..^1]));
        Assert.False(Finds(token.Replace('.', '\u012E'))); // U+012E, whose low byte is a full stop's
    }

    [Fact]
    public async Task Remembers_nothing_that_was_refused()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Validate(Jose.Token(key: stranger));
        await Validate(Jose.Token(payload: claims => claims["aud"] = "another"));
        await Validate(Jose.Token(payload: claims => claims["exp"] = Jose.Now.ToUnixTimeSeconds() - 31));

        Assert.Equal(0, _verified.Count);
    }

    [Fact]
    public async Task Refuses_a_remembered_token_when_it_expires()
    {
        var token = Jose.Token();
        Assert.NotNull((await Validate(token)).Caller);

        _time.Advance(TimeSpan.FromSeconds(240 + 29.9));
        Assert.NotNull((await Validate(token)).Caller);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("token_expired", (await Validate(token)).Refusal?.Error.Code);
    }

    [Fact]
    public async Task Forgets_a_token_whose_key_is_gone()
    {
        var token = Jose.Token();
        Assert.NotNull((await Validate(token)).Caller);

        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256", next)));
        await _keys.RefreshAsync();

        Assert.Equal("token: signature does not hold", (await Validate(token)).Refusal?.Rule);
    }

    [Fact]
    public async Task Keeps_a_token_while_its_key_is_listed_whatever_comes_beside_it()
    {
        var token = Jose.Token();
        var caller = (await Validate(token)).Caller;

        _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES384"), Jose.Jwk("ES256")));
        await _keys.RefreshAsync();

        Assert.Same(caller, (await Validate(token)).Caller);
    }

    [Fact]
    public async Task Verifies_anew_after_the_key_was_gone_for_a_while()
    {
        var token = Jose.Token();
        var first = (await Validate(token)).Caller;

        foreach (var jwk in new[] { "ES384", "ES256" })
        {
            _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk(jwk)));
            await _keys.RefreshAsync();
        }

        var second = (await Validate(token)).Caller;

        Assert.NotNull(second);
        Assert.NotSame(first, second);
        Assert.Same(second, (await Validate(token)).Caller);
        Assert.Equal(1, _verified.Count);
    }

    [Fact]
    public async Task Forgets_a_token_when_the_keys_are_older_than_they_may_be()
    {
        var keep = Issuers.Options().KeepLastGood;
        var token = Jose.Token(payload: claims => claims["exp"] = Jose.Now.Add(keep).ToUnixTimeSeconds() + 600);
        var patient = new TokenValidator(new IssuerRegistry([new Issuer(Issuers.Options(), _keys)]), _verified, new Revocations(new TokenOptions(), _time, Revocations.Make(_time)), new TokenOptions { MaxLifetime = TimeSpan.FromDays(2) }, _time);
        Assert.NotNull((await patient.ValidateAsync(token, TestContext.Current.CancellationToken)).Caller);
        _folder.Write("jwks.json", "gone");

        _time.Advance(keep);
        Assert.True(Finds(token));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(Finds(token));
        Assert.Equal("issuer_unavailable", (await patient.ValidateAsync(token, TestContext.Current.CancellationToken)).Refusal?.Error.Code);
    }

    [Fact]
    public async Task Never_remembers_more_than_two_generations_and_keeps_what_is_used()
    {
        var used = Jose.Token();
        var caller = (await Validate(used)).Caller;

        for (var i = 0; i < 100; i++)
        {
            await Validate(Jose.Token(payload: claims => claims["sub"] = $"user-{i}"));
            Assert.Same(caller, (await Validate(used)).Caller);
            Assert.InRange(_verified.Count, 1, 20);
        }
    }

    [Fact]
    public async Task Counts_the_length_of_what_it_remembers()
    {
        for (var i = 0; i < 10; i++)
            await Validate(Jose.Token(payload: claims => claims["sub"] = new string('s', 500) + i, header: header => header["pad"] = new string('p', 4000)));

        // 20,000 characters hold three such tokens and the one that makes them full.
        Assert.InRange(_verified.Count, 2, 8);
    }

    [Fact]
    public async Task Stays_within_its_bounds_when_many_add_at_once()
    {
        var tokens = Enumerable.Range(0, 64).Select(i => Jose.Token(payload: claims => claims["sub"] = $"user-{i}")).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (i, _) =>
        {
            var caller = (await Validate(tokens[i % 64])).Caller;
            Assert.Equal($"user-{i % 64}", caller?.Subject);
        });

        // Threads that saw room at the same time may each take one more.
        Assert.InRange(_verified.Count, 1, 20 + Environment.ProcessorCount * 2);
    }

    private bool Finds(string token) => _verified.TryDigest(token, out var digest) && _verified.TryFind(digest, out _);

    private ValueTask<TokenVerdict> Validate(string token) => _validator.ValidateAsync(token, TestContext.Current.CancellationToken);
}
