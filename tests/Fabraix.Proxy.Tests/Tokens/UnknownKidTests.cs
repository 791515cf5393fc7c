using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>Kids that nobody knows: a key that was published a moment ago is found, and whoever makes kids up neither floods the provider nor waits for ever.</summary>
public sealed class UnknownKidTests : IAsyncLifetime
{
    private static readonly TimeSpan AnInstant = TimeSpan.FromMilliseconds(1);

    private readonly KeyServer _server = new();
    private readonly KeyFetcher _fetcher = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly IssuerKeys _keys;

    public UnknownKidTests() => _keys = new IssuerKeys(_server.Options(), _fetcher, _time, new LogLines<IssuerKeys>());

    public async ValueTask InitializeAsync() => await FindAsync("first");

    public ValueTask DisposeAsync()
    {
        _fetcher.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Wait_for_the_end_of_the_cool_down_and_have_the_key_then()
    {
        _server.Publish("second");

        var lookups = Enumerable.Range(0, 100).Select(_ => FindAsync("second")).ToArray();
        _time.Advance(FetchPace.CoolDown - AnInstant);
        Assert.DoesNotContain(lookups, lookup => lookup.IsCompleted);
        Assert.Equal(1, _server.Fetches);
        _time.Advance(AnInstant);

        Assert.All(await Task.WhenAll(lookups).InTimeAsync("the look-ups"), static lookup => Assert.Equal("second", lookup.Key?.KeyId));
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Are_looked_for_in_what_is_read_after_the_request_came()
    {
        var release = new TaskCompletionSource();
        _time.Advance(FetchPace.CoolDown);
        _server.HoldUntil(release.Task);
        var made = FindAsync("made-up");
        await Bounds.UntilAsync(() => _server.Fetches == 2, "the fetch that reads the old set");

        var valid = FindAsync("second");
        release.SetResult();
        Assert.Null((await made.InTimeAsync("the made-up kid")).Key);
        await Bounds.UntilAsync(() => _keys.Waiting == 1, "the wait for the next fetch");
        _server.Publish("second");
        _time.Advance(FetchPace.CoolDown);

        Assert.NotNull((await valid.InTimeAsync("the kid that was published")).Key);
        Assert.Equal(3, _server.Fetches);
    }

    [Fact]
    public async Task Are_not_waited_for_again_when_they_were_looked_for()
    {
        _time.Advance(FetchPace.CoolDown);
        await FindAsync("stale").InTimeAsync("the first look");

        for (var i = 0; i < 100; i++)
            Assert.True(FindAsync("stale").IsCompleted);
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Are_not_waited_for_when_they_were_looked_for_though_a_fetch_runs()
    {
        _time.Advance(FetchPace.CoolDown);
        await FindAsync("stale").InTimeAsync("the first look");
        _time.Advance(FetchPace.CoolDown);
        var release = new TaskCompletionSource();
        _server.HoldUntil(release.Task);
        var other = FindAsync("other");
        await Bounds.UntilAsync(() => _server.Fetches == 3, "the fetch for the other");

        for (var i = 0; i < 100; i++)
            Assert.True(FindAsync("stale").IsCompleted);
        Assert.Equal(1, _keys.Waiting);
        release.SetResult();
        await other.InTimeAsync("the other");
    }

    /// <summary>A fetch that failed has read nothing: the key may be there.</summary>
    [Fact]
    public async Task Are_waited_for_again_when_the_look_failed()
    {
        _time.Advance(FetchPace.CoolDown);
        _server.Answer("{}", status: 503);
        Assert.Null((await FindAsync("second").InTimeAsync("the look that failed")).Key);
        _server.Publish("first", "second");

        var lookup = FindAsync("second");
        Assert.False(lookup.IsCompleted);
        _time.Advance(FetchPace.CoolDown);

        Assert.NotNull((await lookup.InTimeAsync("the key")).Key);
    }

    [Fact]
    public async Task Are_looked_for_again_when_the_cool_down_is_over()
    {
        _time.Advance(FetchPace.CoolDown);
        await FindAsync("second").InTimeAsync("the first look");
        _server.Publish("second");

        Assert.Null((await FindAsync("second")).Key);
        _time.Advance(FetchPace.CoolDown);
        Assert.NotNull((await FindAsync("second").InTimeAsync("the second look")).Key);
    }

    [Fact]
    public async Task Are_not_waited_for_when_their_key_was_taken_back()
    {
        _server.Publish("second");
        await _keys.RefreshAsync();

        var lookup = FindAsync("first");

        Assert.True(lookup.IsCompleted);
        Assert.Null((await lookup).Key);
    }

    /// <summary>The provider changes its key in the middle of a flood: tokens of the new key are good again when the cool-down is over, at the latest.</summary>
    [Fact]
    public async Task Delay_a_new_key_by_a_cool_down_at_most_however_many_are_made_up()
    {
        for (var i = 0; i < UnknownKeyIds.MostFutileWaits; i++)
            await WaitInVainAsync($"made-up-{i}");
        Assert.True(FindAsync("made-up").IsCompleted);
        _server.Publish("second");

        Assert.True(FindAsync("second").IsCompleted);
        _time.Advance(FetchPace.CoolDown);

        Assert.NotNull((await FindAsync("second").InTimeAsync("the new key")).Key);
    }

    [Fact]
    public async Task Are_waited_for_again_after_a_minute_or_when_the_set_has_changed()
    {
        for (var i = 0; i < UnknownKeyIds.MostFutileWaits; i++)
            await WaitInVainAsync($"made-up-{i}");
        _server.Publish("first", "second");
        await _keys.RefreshAsync();
        for (var i = 0; i < UnknownKeyIds.MostFutileWaits; i++)
            await WaitInVainAsync($"another-{i}");
        Assert.True(FindAsync("made-up").IsCompleted);

        _time.Advance(UnknownKeyIds.Forgiven - FetchPace.CoolDown);
        await _keys.RefreshAsync();
        _time.Advance(FetchPace.CoolDown - AnInstant);
        Assert.True(FindAsync("made-up").IsCompleted);
        _time.Advance(AnInstant);
        await _keys.RefreshAsync();
        await WaitInVainAsync("yet-another");
    }

    [Fact]
    public async Task Do_not_wait_for_ever_where_the_set_is_written_anew_each_time()
    {
        for (var i = 0; i < UnknownKeyIds.MostFutileWaits; i++)
        {
            _server.Answer(KeyServer.Set(KeyServer.Key("first")) + new string(' ', i + 1));
            await WaitInVainAsync($"made-up-{i}");
        }

        Assert.True(FindAsync("made-up").IsCompleted);
    }

    [Fact]
    public async Task Wait_in_a_bounded_number()
    {
        var lookups = Enumerable.Range(0, 10_000).Select(i => FindAsync($"kid-{i}")).ToArray();

        Assert.Equal(IssuerKeys.MostWaiting, _keys.Waiting);
        Assert.Equal(10_000 - IssuerKeys.MostWaiting, lookups.Count(lookup => lookup.IsCompleted));
        _time.Advance(FetchPace.CoolDown);

        Assert.All(await Task.WhenAll(lookups).InTimeAsync("all look-ups"), static lookup => Assert.Equal(new KeyLookup(null, Unavailable: false), lookup));
        Assert.Equal((2, 0), (_server.Fetches, _keys.Waiting));
    }

    /// <summary>Each holds one of the places in flight, and needs no valid token for it.</summary>
    [Fact]
    public void Leave_places_in_flight_to_others()
    {
        var options = new TokenOptions { Issuers = [_server.Options(), _server.Options()] }.Beside(inFlight: 80);
        var keys = new IssuerKeys(options.Issuers[0], _fetcher, _time, new LogLines<IssuerKeys>());
        for (var i = 0; i < 100; i++)
            _ = keys.FindAsync($"kid-{i}", TestContext.Current.CancellationToken).AsTask();

        Assert.InRange(keys.Waiting, 0, 10);
    }

    /// <summary>One after another, as one stranger sends them; whenever one must wait, the cool-down passes.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Cause_one_fetch_in_a_cool_down_whatever_the_provider_answers(int status)
    {
        var coolDowns = 0;
        _server.Answer(KeyServer.Set(KeyServer.Key("first")), status);
        for (var i = 0; i < 10_000; i++)
        {
            var lookup = FindAsync($"kid-{i}");
            if (_keys.Waiting > 0 || i % 1000 == 0)
            {
                _time.Advance(FetchPace.CoolDown);
                coolDowns++;
            }

            Assert.Null((await lookup.InTimeAsync("a look-up")).Key);
        }

        Assert.InRange(_server.Fetches, 2, 1 + coolDowns);
        Assert.InRange(coolDowns, 10, 30);
    }

    [Fact]
    public async Task Give_their_place_back_when_their_request_is_gone()
    {
        using var gone = new CancellationTokenSource();
        var lookup = _keys.FindAsync("second", gone.Token).AsTask();
        Assert.Equal(1, _keys.Waiting);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
        Assert.Equal(0, _keys.Waiting);
    }

    private async Task WaitInVainAsync(string keyId)
    {
        var lookup = FindAsync(keyId);
        Assert.False(lookup.IsCompleted);
        _time.Advance(FetchPace.CoolDown);
        Assert.Null((await lookup.InTimeAsync("a made-up kid")).Key);
    }

    private Task<KeyLookup> FindAsync(string keyId) => _keys.FindAsync(keyId, TestContext.Current.CancellationToken).AsTask().InTimeAsync("a look-up");
}
