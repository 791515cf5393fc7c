using System.Security.Cryptography;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class IssuerKeysTests : IAsyncLifetime
{
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnInstant = TimeSpan.FromMilliseconds(1);

    private readonly KeyServer _server = new();
    private readonly KeyFetcher _fetcher = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly LogLines<IssuerKeys> _log = new();
    private readonly IssuerKeys _keys;

    public IssuerKeysTests() => _keys = new IssuerKeys(_server.Options(), _fetcher, _time, _log);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _fetcher.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Fetches_at_the_first_question()
    {
        Assert.Equal("first", (await Find("first")).Key?.KeyId);
        Assert.Equal((1, 1), (_server.Fetches, _keys.Count));
    }

    [Fact]
    public async Task Does_not_ask_the_source_for_a_key_that_it_has()
    {
        await Find("first");
        _time.Advance(CoolDown * 100);
        await Find("first");

        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Finds_a_new_key_within_the_request_that_names_it()
    {
        await Find("first");
        _server.Publish("first", "second");
        _time.Advance(CoolDown);

        Assert.Equal("second", (await Find("second")).Key?.KeyId);
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Compares_a_kid_exactly()
    {
        var lookup = await Find("First");

        Assert.Null(lookup.Key);
        Assert.False(lookup.Unavailable);
    }

    [Fact]
    public async Task Fetches_once_for_a_thousand_unknown_kids_at_the_same_time()
    {
        await Find("first");
        _time.Advance(CoolDown);
        _server.Publish("first", "kid-500");
        var release = new TaskCompletionSource();
        _server.HoldUntil(release.Task);

        var lookups = new Task<KeyLookup>[1000];
        Parallel.For(0, lookups.Length, i => lookups[i] = Find($"kid-{i}"));
        Assert.DoesNotContain(lookups, lookup => lookup.IsCompleted);
        release.SetResult();
        await lookups[500].InTimeAsync("the look-up of the kid that is there");

        // Whoever came while the fetch was under way may have a kid that was published after it had been read, and waits for the next.
        await Bounds.UntilAsync(() => lookups.Count(lookup => lookup.IsCompleted) + _keys.Waiting == lookups.Length, "everybody answered or waiting again");
        _time.Advance(CoolDown);
        var found = await Task.WhenAll(lookups).InTimeAsync("a thousand look-ups");

        Assert.InRange(_server.Fetches, 2, 3);
        Assert.Equal("kid-500", Assert.Single(found, lookup => lookup.Key is not null).Key?.KeyId);
        Assert.DoesNotContain(found, lookup => lookup.Unavailable);
    }

    [Fact]
    public async Task Fetches_once_for_a_thousand_first_questions_at_the_same_time()
    {
        var release = new TaskCompletionSource();
        _server.HoldUntil(release.Task);

        var lookups = new Task<KeyLookup>[1000];
        Parallel.For(0, lookups.Length, i => lookups[i] = Find("first"));
        release.SetResult();

        Assert.All(await Task.WhenAll(lookups).InTimeAsync("a thousand look-ups"), static lookup => Assert.NotNull(lookup.Key));
        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Goes_on_fetching_for_the_others_when_one_request_gives_up()
    {
        using var gone = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        _server.HoldUntil(release.Task);

        var one = _keys.FindAsync("first", gone.Token).AsTask();
        var other = Find("first");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        release.SetResult();

        Assert.NotNull((await other.InTimeAsync("the other request")).Key);
        Assert.Equal(1, _server.Fetches);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(404, "{}")]
    [InlineData(204, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{\"keys\": []}")]
    [InlineData(200, "{\"keys\": [{\"kty\": \"oct\", \"kid\": \"first\", \"k\": \"AQAB\"}]}")]
    [InlineData(200, "{\"keys\": [{\"kty\": \"EC\", \"kid\": \"first\", \"key_ops\": [1]}]}")]
    public async Task Keeps_the_last_good_set_when_the_source_gives_none(int status, string body)
    {
        await Find("first");
        _server.Answer(body, status);

        await _keys.RefreshAsync();

        Assert.NotNull((await Find("first")).Key);
        Assert.NotNull(_keys.Failure);
        Assert.Equal(EventIds.IssuerKeysFailed, Assert.Single(_log.Ids));
        Assert.EndsWith("1 of the last good set stay in use; it is 0s old. ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_last_good_set_when_the_source_breaks_off_and_says_when_it_is_back()
    {
        await Find("first");
        _server.BreakOff();
        await _keys.RefreshAsync();
        await _keys.RefreshAsync();
        Assert.NotNull((await Find("first")).Key);

        _server.Publish("second");
        await _keys.RefreshAsync();

        Assert.Null(_keys.Failure);
        Assert.NotNull((await Find("second")).Key);
        Assert.Equal([EventIds.IssuerKeysFailed, EventIds.IssuerKeysFailed, EventIds.IssuerKeysRecovered], _log.Ids);
    }

    [Fact]
    public async Task Can_tell_that_it_never_had_keys()
    {
        _server.Answer("{}", status: 503);

        var lookup = await Find("first");

        Assert.Null(lookup.Key);
        Assert.True(lookup.Unavailable);
        Assert.Equal((0, "The key source answered 503."), (_keys.Count, _keys.Failure));
    }

    [Fact]
    public async Task Asks_again_after_a_second_while_it_has_no_keys()
    {
        _server.BreakOff();
        await Find("first");
        _server.Publish("first");

        _time.Advance(TimeSpan.FromSeconds(1) - AnInstant);
        Assert.True((await Find("first")).Unavailable);
        _time.Advance(AnInstant);
        Assert.NotNull((await Find("first")).Key);
    }

    [Fact]
    public async Task Stops_using_a_removed_key_once_the_set_is_fetched_again()
    {
        _server.Publish("first", "second");
        await Find("second");
        _server.Publish("first");
        Assert.NotNull((await Find("second")).Key);

        await _keys.RefreshAsync();

        var lookup = await Find("second");
        Assert.Null(lookup.Key);
        Assert.False(lookup.Unavailable);
    }

    [Fact]
    public async Task Uses_the_new_material_of_a_kid_once_the_set_is_fetched_again()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Find("first");
        var jwk = Jose.Jwk("ES256", other);
        jwk["kid"] = "first";
        _server.Answer(KeyServer.Set(jwk));

        await _keys.RefreshAsync();

        var key = (await Find("first")).Key;
        Assert.NotNull(key);
        Assert.True(key.Verifies(Jose.Token(key: other)));
        Assert.False(key.Verifies(Jose.Token()));
    }

    /// <summary>What they verified stays verified: nobody makes the proxy check all tokens anew by asking for keys.</summary>
    [Fact]
    public async Task Holds_the_very_same_key_while_the_source_lists_it_whatever_else_changes()
    {
        var (first, second) = (KeyServer.Key("first"), KeyServer.Key("second"));
        var key = (await Find("first")).Key!;
        foreach (var answer in new[] { KeyServer.Set(first), KeyServer.Set(first) + "  ", KeyServer.Set(first, second), KeyServer.Set(second, first), KeyServer.Set(first) })
        {
            _server.Answer(answer);
            await _keys.RefreshAsync();
            Assert.True(_keys.Holds(key));
        }

        _server.Answer(KeyServer.Set(second));
        await _keys.RefreshAsync();
        Assert.False(_keys.Holds(key));
    }

    [Fact]
    public async Task Holds_another_key_of_the_same_kid_for_another()
    {
        var key = (await Find("first")).Key!;
        foreach (var other in new[] { Jose.Jwk("ES384"), Jose.Jwk("RS256"), Jose.Jwk("PS256") })
        {
            other["kid"] = "first";
            _server.Answer(KeyServer.Set(other));
            await _keys.RefreshAsync();
            Assert.False(_keys.Holds(key));
            key = (await Find("first")).Key!;
        }
    }

    /// <summary>Whatever is thrown where nothing should be: the issuer's keys are fetched again.</summary>
    [Fact]
    public async Task Can_be_fetched_again_after_a_fetch_that_threw()
    {
        var log = new ThrowingLog<IssuerKeys>();
        var keys = new IssuerKeys(_server.Options(), _fetcher, _time, log);
        _server.Answer("{}");
        await Assert.ThrowsAsync<InvalidOperationException>(keys.RefreshAsync);
        _server.Publish("first");
        log.Fails = false;

        await keys.RefreshAsync();

        Assert.Equal((1, 0), (keys.Count, keys.Waiting));
    }

    [Fact]
    public async Task Logs_keys_that_are_left_out_once()
    {
        _server.Answer(KeyServer.Set(KeyServer.Key("first"), KeyServer.Key("second", use: "enc")));
        foreach (var _ in Enumerable.Range(0, 5))
            await _keys.RefreshAsync();

        Assert.Equal(EventIds.IssuerKeysLeftOut, Assert.Single(_log.Ids));
        Assert.Contains("kid second", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_keys_that_are_left_out_again_when_they_are_others()
    {
        foreach (var keyId in new[] { "second", "third", "third" })
        {
            _server.Answer(KeyServer.Set(KeyServer.Key("first"), KeyServer.Key(keyId, use: "enc")));
            await _keys.RefreshAsync();
        }

        Assert.Equal([EventIds.IssuerKeysLeftOut, EventIds.IssuerKeysLeftOut], _log.Ids);
    }

    private Task<KeyLookup> Find(string keyId) => _keys.FindAsync(keyId, TestContext.Current.CancellationToken).AsTask().InTimeAsync("a look-up");
}
