using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens.Dpop;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>RFC 9449 sections 8 and 9: nonces of any replica, for some minutes, and of nobody else.</summary>
public sealed class NoncesTests
{
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly Replica _replica;

    public NoncesTests() => _replica = new Replica(_time);

    [Fact]
    public async Task Has_none_before_the_secret_was_read()
    {
        Assert.Null(_replica.Nonces.Current);
        await _replica.ReadAsync(null);
        Assert.Null(_replica.Nonces.Current);
        Assert.False(_replica.Nonces.Accepts(null));
    }

    [Fact]
    public async Task Gives_one_a_minute_that_is_good_for_five_minutes_and_for_less_than_seven()
    {
        await _replica.ReadAsync(Made.ApiKey());
        var nonce = _replica.Nonces.Current!;

        Assert.Same(nonce, _replica.Nonces.Current);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(nonce, _replica.Nonces.Current);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.True(_replica.Nonces.Accepts(nonce));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(_replica.Nonces.Accepts(nonce));
    }

    [Fact]
    public async Task Accepts_those_of_a_replica_with_the_same_secret_alone()
    {
        var secret = Made.ApiKey();
        var (same, other) = (new Replica(_time), new Replica(_time));
        await _replica.ReadAsync(secret);
        await same.ReadAsync(secret + "\n");
        await other.ReadAsync(Made.ApiKey());

        Assert.True(_replica.Nonces.Accepts(same.Nonces.Current));
        Assert.False(_replica.Nonces.Accepts(other.Nonces.Current));
    }

    [Fact]
    public async Task Accepts_one_of_a_clock_that_is_a_minute_ahead_and_none_of_later()
    {
        var secret = Made.ApiKey();
        var ahead = new FakeTimeProvider(Jose.Now + TimeSpan.FromMinutes(1));
        var replica = new Replica(ahead);
        await _replica.ReadAsync(secret);
        await replica.ReadAsync(secret);

        Assert.True(_replica.Nonces.Accepts(replica.Nonces.Current));
        ahead.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_replica.Nonces.Accepts(replica.Nonces.Current));
    }

    [Fact]
    public async Task Accepts_those_of_the_secret_before_for_five_minutes()
    {
        await _replica.ReadAsync(Made.ApiKey());
        var old = _replica.Nonces.Current!;
        await _replica.ReadAsync(Made.ApiKey());

        Assert.NotEqual(old, _replica.Nonces.Current);
        Assert.True(_replica.Nonces.Accepts(old));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.True(_replica.Nonces.Accepts(old));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_replica.Nonces.Accepts(old));
        Assert.Single(_replica.Secret.Accepted);
    }

    [Fact]
    public async Task Refuses_every_other_text()
    {
        await _replica.ReadAsync(Made.ApiKey());
        var nonce = _replica.Nonces.Current!;

        for (var i = 0; i < nonce.Length; i++)
            Assert.False(_replica.Nonces.Accepts(nonce[..i] + (nonce[i] == 'A' ? 'B' : 'A') + nonce[(i + 1)..]));
        Assert.All(new[] { "", "x", nonce[..^1], nonce + "A", nonce + "=", nonce.ToUpperInvariant(), new string('A', nonce.Length), new string('\uFFFF', nonce.Length) }, text => Assert.False(_replica.Nonces.Accepts(text)));
        Assert.True(_replica.Nonces.Accepts(nonce));
    }

    [Theory]
    [InlineData("", "it is shorter than 32 characters")]
    [InlineData("0123456789abcdef0123456789abcde", "it is shorter than 32 characters")]
    [InlineData("0123456789abcdef0123456789abcde\n", "it is shorter than 32 characters")]
    [InlineData("0123456789abcdef 0123456789abcdef", "it holds something other than visible ASCII characters")]
    [InlineData("0123456789abcdef0123456789abcdefé", "it holds something other than visible ASCII characters")]
    public async Task Takes_no_weak_secret_and_keeps_the_one_before(string weak, string problem)
    {
        await _replica.ReadAsync(Made.ApiKey());
        var nonce = _replica.Nonces.Current;
        await _replica.ReadAsync(weak);

        Assert.Equal((nonce, problem), (_replica.Nonces.Current, _replica.Secret.Problem));
    }

    internal sealed class Replica : ISecretStore
    {
        private SecretReading _next = SecretReading.Failed(SecretOutcome.Absent, "it is not there");

        public Replica(TimeProvider time)
        {
            Secret = new NonceSecret(new SecretReference("env", "NONCE_SECRET", Field: null), new SecretReader(_ => this, time), time, new LogLines<NonceSecret>());
            Nonces = new Nonces(Secret, time);
        }

        public NonceSecret Secret { get; }

        public Nonces Nonces { get; }

        public Task ReadAsync(string? secret)
        {
            _next = secret is null ? SecretReading.Failed(SecretOutcome.Absent, "it is not there") : SecretReading.Found(secret, version: null);
            return Secret.RefreshAsync();
        }

        public Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation) => Task.FromResult(_next);
    }
}
