using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class IssuerKeysRefresherTests : IAsyncLifetime
{
    private readonly TestClock _time = new();
    private readonly KeyServer _server = new();
    private readonly KeyServer _other = new();
    private readonly KeyFetcher _fetcher;
    private readonly Issuer _first;
    private readonly Issuer _second;
    private readonly LogLines<IssuerKeysRefresher> _log = new();
    private readonly IssuerKeysRefresher _refresher;

    public IssuerKeysRefresherTests()
    {
        _fetcher = new KeyFetcher(_time);
        (_first, _second) = (Issuer(_server.Options()), Issuer(_other.Options() with { Name = "second", Issuer = "https://second.example/" }));
        _refresher = new IssuerKeysRefresher(new IssuerRegistry([_first, _second]), _time, _log);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _refresher.StopAsync(TestContext.Current.CancellationToken);
        _refresher.Dispose();
        _fetcher.Dispose();
        await _server.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Has_fetched_before_traffic_and_fetches_again_within_five_minutes()
    {
        await StartAsync();
        Assert.Equal((1, 1), (_server.Fetches, _first.Keys.Count));

        _server.Publish("first", "second");
        await _time.PassAsync(FetchPace.RefreshInterval);
        await Bounds.UntilAsync(() => _first.Keys.Count == 2, "the second fetch");
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Asks_a_source_that_failed_again_after_half_a_minute_and_then_with_growing_pauses()
    {
        await StartAsync();
        _server.BreakOff();
        await _time.PassAsync(FetchPace.RefreshInterval);

        foreach (var (pause, failures) in new[] { (30, 1), (60, 2), (120, 3), (240, 4), (300, 5), (300, 6) })
        {
            await Bounds.UntilAsync(() => Failures(_first) == failures, $"failure {failures}");
            await _time.DueAsync(TimeSpan.FromSeconds(pause));
            _time.Advance(TimeSpan.FromSeconds(pause * 0.89));
            Assert.Equal(failures, Failures(_first));
            _time.Advance(TimeSpan.FromSeconds(pause * 0.11));
        }

        await Bounds.UntilAsync(() => Failures(_first) == 7, "failure 7");
        Assert.Equal(1, _first.Keys.Count);
    }

    [Fact]
    public async Task Starts_although_an_issuer_is_away_and_lets_it_touch_no_other()
    {
        _server.BreakOff();

        await StartAsync();

        Assert.Equal((0, 1), (_first.Keys.Count, _second.Keys.Count));
        Assert.NotNull(_first.Keys.Failure);
    }

    /// <summary>Nobody asks a proxy that is not ready: it must find out by itself that the issuer is back.</summary>
    [Fact]
    public async Task Asks_an_issuer_without_keys_again_within_seconds_and_at_least_twice_a_minute()
    {
        _server.BreakOff();
        await StartAsync();
        foreach (var pause in new[] { 2, 4, 8, 16, 30, 30 })
            await _time.PassAsync(TimeSpan.FromSeconds(pause));
        await Bounds.UntilAsync(() => Failures(_first) == 7, "the last failure");

        _server.Publish("first");
        await _time.PassAsync(TimeSpan.FromSeconds(30));
        await Bounds.UntilAsync(() => _first.Keys.Count == 1, "the keys");
    }

    [Fact]
    public async Task Waits_no_longer_than_five_seconds_for_an_issuer_that_hangs_and_has_the_others_keys_meanwhile()
    {
        var release = new TaskCompletionSource();
        _server.HoldUntil(release.Task);

        var starting = _refresher.StartAsync(TestContext.Current.CancellationToken);
        await Bounds.UntilAsync(() => _second.Keys.Count == 1 && _server.Fetches == 1, "the other's keys");
        _time.Advance(KeyFetcher.Longest - TimeSpan.FromMilliseconds(1));
        Assert.False(starting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await starting.InTimeAsync("the start");
        Assert.Equal("The key source did not answer within 5 s.", _first.Keys.Failure);
        release.SetResult();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Goes_on_when_a_round_throws_though_nothing_can_be_logged(bool own)
    {
        var log = new ThrowingLog<IssuerKeys>();
        var issuer = new Issuer(_server.Options(), new IssuerKeys(_server.Options(), _fetcher, _time, log));
        using var refresher = new IssuerKeysRefresher(new IssuerRegistry([issuer]), _time, own ? new ThrowingLog<IssuerKeysRefresher>() : _log);
        await refresher.StartAsync(TestContext.Current.CancellationToken).InTimeAsync("the start");
        _server.Answer("{}");
        await _time.PassAsync(FetchPace.RefreshInterval);
        await Bounds.UntilAsync(() => Failures(issuer) == 1, "the failure");
        await _time.DueAsync(IssuerKeysRefresher.Pause);
        Assert.Equal(own ? [] : [EventIds.IssuerRefreshFailed], _log.Ids);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("made by the test", StringComparison.Ordinal));

        log.Fails = false;
        _server.Publish("first", "second");
        _time.Advance(IssuerKeysRefresher.Pause);

        await Bounds.UntilAsync(() => issuer.Keys.Count == 2, "the keys after the failure");
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    private static long Failures(Issuer issuer) => issuer.Keys.Outcomes.Where(outcome => outcome.Key != "good").Sum(outcome => outcome.Value);

    private Task StartAsync() => _refresher.StartAsync(TestContext.Current.CancellationToken).InTimeAsync("the start");

    private Issuer Issuer(IssuerOptions options) => new(options, new IssuerKeys(options, _fetcher, _time, new LogLines<IssuerKeys>()));
}
