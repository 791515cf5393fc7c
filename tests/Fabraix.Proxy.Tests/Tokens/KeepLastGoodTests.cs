using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>The last good set serves while the source gives none, and not for ever.</summary>
public sealed class KeepLastGoodTests : IAsyncLifetime
{
    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    private readonly KeyServer _server = new();
    private readonly KeyFetcher _fetcher = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly LogLines<IssuerKeys> _log = new();
    private readonly IssuerKeys _keys;
    private SigningKey _key = null!;

    public KeepLastGoodTests() => _keys = new IssuerKeys(_server.Options() with { KeepLastGood = Keep }, _fetcher, _time, _log);

    public async ValueTask InitializeAsync() => _key = (await FindAsync()).Key!;

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        _fetcher.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Serves_until_the_limit_and_no_longer()
    {
        _server.BreakOff();
        _time.Advance(Keep);
        await _keys.RefreshAsync();
        Assert.Equal((1, true, _key), (_keys.Count, _keys.Holds(_key), (await FindAsync()).Key));

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal((0, false), (_keys.Count, _keys.Holds(_key)));
        Assert.Equal(new KeyLookup(null, Unavailable: true), await FindAsync());
    }

    /// <summary>A fetch that never ends, or never comes, must not keep keys alive.</summary>
    [Fact]
    public void Ends_by_time_alone()
    {
        _time.Advance(Keep + TimeSpan.FromTicks(1));

        Assert.False(_keys.Holds(_key));
        Assert.Equal("No fetch has ended since. The last good set is 1h old and not in use: KeepLastGood is 1h.", _keys.Problem);
    }

    /// <summary>Somebody who sets the clock back does not make keys younger.</summary>
    [Fact]
    public async Task Asks_no_clock_that_can_be_set()
    {
        var time = new SettableClock(Jose.Now);
        var keys = new LastGoodKeys(_server.Options() with { KeepLastGood = Keep }, _fetcher, time, _log);
        Assert.True(await keys.FetchAsync());
        time.Wall -= TimeSpan.FromDays(365);
        Assert.NotNull(keys.Current);

        time.Ticks += Keep.Ticks + 1;

        Assert.Null(keys.Current);
    }

    [Fact]
    public async Task Begins_anew_with_each_good_fetch_though_it_brings_the_same()
    {
        _time.Advance(Keep);
        await _keys.RefreshAsync();
        _time.Advance(Keep);

        Assert.True(_keys.Holds(_key));
    }

    [Fact]
    public async Task Ends_when_the_source_is_back_after_the_limit()
    {
        _time.Advance(Keep * 2);

        Assert.NotNull((await FindAsync()).Key);
        Assert.Null(_keys.Problem);
    }

    [Fact]
    public async Task Says_how_old_the_keys_are_and_what_failed()
    {
        Assert.Null(_keys.Problem);
        _server.Answer("{}", status: 503);
        _time.Advance(TimeSpan.FromSeconds(90.5));
        await _keys.RefreshAsync();
        Assert.Equal("The key source answered 503. The keys in use are 90s old.", _keys.Problem);
        Assert.Equal(TimeSpan.FromSeconds(90.5), _keys.Age);

        _time.Advance(Keep);
        await _keys.RefreshAsync();

        Assert.Equal("The key source answered 503. The last good set is 3690s old and not in use: KeepLastGood is 1h.", _keys.Problem);
        Assert.Contains("The key source answered 503. The last good set is 3690s old and not in use", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_what_fetches_came_to()
    {
        _server.Answer("{}", status: 503);
        await _keys.RefreshAsync();
        await _keys.RefreshAsync();
        _server.Answer("""{"keys":[]}""");
        await _keys.RefreshAsync();
        _server.BreakOff();
        await _keys.RefreshAsync();

        Assert.Equal(["good 1", "refused 2", "unreachable 1", "unusable 1"], _keys.Outcomes.Select(outcome => $"{outcome.Key} {outcome.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary>One failure must not end a set that is kept for five minutes only.</summary>
    [Fact]
    public void Fetches_twice_within_a_short_limit()
    {
        var pace = new FetchPace(_server.Options() with { KeepLastGood = TimeSpan.FromMinutes(5) }, _time);
        pace.Begin();
        pace.End(good: true, hasKeys: true);

        Assert.InRange(pace.DueIn, TimeSpan.FromMinutes(2.25), TimeSpan.FromMinutes(2.5));
    }

    private Task<KeyLookup> FindAsync() => _keys.FindAsync("first", TestContext.Current.CancellationToken).AsTask();
}
