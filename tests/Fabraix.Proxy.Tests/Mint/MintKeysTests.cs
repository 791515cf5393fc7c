using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Mint;

/// <summary>What the mint publishes is what the proxy's own issuer accepts, at any time.</summary>
public sealed class MintKeysTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly TokenOptions _tokens = new() { Issuers = [Issuers.Options() with { Keys = KeySource.Mint }] };
    private readonly IssuerKeys _issuer;
    private readonly MintKeys _keys;
    private readonly LogLines<MintKeys> _log = new();

    public MintKeysTests()
    {
        _issuer = new IssuerKeys(_tokens.Issuers[0], new KeyFetcher(), _time, new LogLines<IssuerKeys>());
        var client = new MintClientOptions { Name = "a", Secret = new SecretReference("env", "A", Field: null), Scopes = ["a"], MaxLifetime = Lifetime };
        var options = new MintOptions { SigningKeys = [new SecretReference("env", "B", Field: null), new SecretReference("env", "C", Field: null)], Clients = [client], Issuer = _tokens.Issuers[0] };
        _keys = new MintKeys(options, _tokens, new IssuerRegistry([new Issuer(_tokens.Issuers[0], _issuer)]), _time, _log);
    }

    [Fact]
    public void Has_no_key_and_no_set_before_one_is_read() => Assert.Equal((null, 0, 0), (_keys.Signing, _keys.Jwks.Length, _issuer.Count));

    [Fact]
    public async Task Hands_each_key_to_the_issuer_at_once()
    {
        var key = Take(0);

        Assert.NotNull((await _issuer.FindAsync(key.KeyId, TestContext.Current.CancellationToken)).Key);
        Assert.Same(key, _keys.Signing);
    }

    [Fact]
    public async Task Leaves_an_unknown_kid_unknown_at_once_and_fetches_nothing()
    {
        Take(0);
        await _issuer.RefreshAsync();

        var lookup = await _issuer.FindAsync("other", TestContext.Current.CancellationToken);

        Assert.Equal((null, false, null, null), (lookup.Key, lookup.Unavailable, _issuer.Failure, _issuer.Problem));
        Assert.Empty(_issuer.Outcomes);
    }

    [Fact]
    public void Makes_no_set_too_old_however_long_it_does_not_change()
    {
        Take(0);
        _time.Advance(TimeSpan.FromDays(400));

        Assert.Equal((1, null, null), (_issuer.Count, _issuer.Age, _issuer.Problem));
    }

    [Fact]
    public void Signs_with_the_first_reference_whichever_is_read_first_at_the_start()
    {
        var second = Take(1);
        Assert.Same(second, _keys.Signing);

        Assert.Same(Take(0), _keys.Signing);
        Assert.Equal(2, _issuer.Count);
    }

    [Fact]
    public void Waits_with_a_first_reference_that_comes_late_while_another_signs()
    {
        var second = Take(1);
        _keys.Start();
        var first = Take(0);

        Assert.Equal(2, _issuer.Count);
        _time.Advance(KeyTimeline.PublishAhead - TimeSpan.FromTicks(1));
        Assert.Same(second, _keys.Signing);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Same(first, _keys.Signing);
    }

    [Fact]
    public void Signs_at_once_with_a_reference_that_comes_late_where_none_signs()
    {
        _keys.Start();

        Assert.Same(Take(1), _keys.Signing);
    }

    [Fact]
    public void Publishes_one_key_once_though_two_references_hold_it()
    {
        var pem = MadeKeys.Pem();
        Assert.Null(_keys.Take(0, MadeKeys.Read(pem)));
        Assert.Null(_keys.Take(1, MadeKeys.Read(pem)));

        Assert.Equal(1, _issuer.Count);
    }

    [Fact]
    public void Refuses_a_kid_that_another_key_has_and_keeps_both_working()
    {
        var jwk = Jose.Jwk("ES256");
        jwk["d"] = Jose.Encode(Jose.P256.ExportParameters(includePrivateParameters: true).D);
        Assert.Null(_keys.Take(0, MadeKeys.Read(jwk.ToJsonString())));
        var other = Jose.Jwk("ES384");
        (other["d"], other["kid"]) = (Jose.Encode(Jose.P384.ExportParameters(includePrivateParameters: true).D), jwk["kid"]!.GetValue<string>());

        Assert.StartsWith("its kid is that of another key", _keys.Take(1, MadeKeys.Read(other.ToJsonString())), StringComparison.Ordinal);
        Assert.Equal(1, _issuer.Count);
        Assert.Equal("ES256", _keys.Signing?.Algorithm);
    }

    [Fact]
    public void Takes_an_old_key_from_the_issuer_when_its_last_token_is_dead_and_not_before()
    {
        var (old, fresh) = (Take(0), Take(0));
        Assert.Same(old, _keys.Signing);

        _time.Advance(KeyTimeline.PublishAhead);
        _keys.Publish();
        Assert.Same(fresh, _keys.Signing);
        Assert.Equal(2, _issuer.Count);

        _time.Advance(Lifetime + _tokens.ClockSkew - TimeSpan.FromTicks(1));
        _keys.Publish();
        Assert.Equal(2, _issuer.Count);

        _time.Advance(TimeSpan.FromTicks(1));
        _keys.Publish();
        Assert.Equal(1, _issuer.Count);
    }

    [Fact]
    public void Logs_each_change_of_the_public_set_and_nothing_else()
    {
        var key = Take(0);
        _keys.Publish();
        _keys.Publish();

        Assert.Equal($"The mint's public keys are now {key.KeyId}; {key.KeyId} signs. ", Assert.Single(_log.Lines));
    }

    private MintKey Take(int reference)
    {
        var key = MadeKeys.Ec();
        Assert.Null(_keys.Take(reference, key));
        return key;
    }
}
