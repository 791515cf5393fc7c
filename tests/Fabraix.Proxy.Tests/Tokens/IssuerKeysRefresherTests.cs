using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class IssuerKeysRefresherTests
{
    private readonly Clock _time = new();

    [Fact]
    public async Task Has_fetched_before_traffic_and_fetches_every_five_minutes()
    {
        await using var server = new KeyServer();
        using var fetcher = new KeyFetcher();
        var issuer = Issuer(server.Options(), fetcher);
        using var refresher = new IssuerKeysRefresher(new IssuerRegistry([issuer]), _time);

        await refresher.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (server.Fetches, issuer.Keys.Count));

        server.Publish("first", "second");
        await _time.Ticks.InTimeAsync("the refresher's timer");
        _time.Advance(IssuerKeys.RefreshInterval);
        await Bounds.UntilAsync(() => issuer.Keys.Count == 2, "the second fetch");
        Assert.Equal(2, server.Fetches);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Starts_although_an_issuer_is_away_and_lets_it_touch_no_other()
    {
        await using var away = new KeyServer();
        await using var there = new KeyServer();
        away.BreakOff();
        using var fetcher = new KeyFetcher();
        var (bad, good) = (Issuer(away.Options(), fetcher), Issuer(there.Options() with { Name = "second", Issuer = "https://second.example/" }, fetcher));
        using var refresher = new IssuerKeysRefresher(new IssuerRegistry([bad, good]), _time);

        await refresher.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (bad.Keys.Count, good.Keys.Count));
        Assert.NotNull(bad.Keys.Failure);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    private Issuer Issuer(IssuerOptions options, KeyFetcher fetcher) => new(options, new IssuerKeys(options, fetcher, _time, new LogLines<IssuerKeys>()));

    /// <summary>Says when somebody waits for it: a background service starts on a thread of its own.</summary>
    private sealed class Clock : FakeTimeProvider
    {
        private readonly TaskCompletionSource _ticks = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ticks => _ticks.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (period == IssuerKeys.RefreshInterval)
                _ticks.TrySetResult();
            return timer;
        }
    }
}
