using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Status;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Status;

public sealed class QuotaHistoryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly QuotaHistory _history;

    public QuotaHistoryTests() => _history = new QuotaHistory(_time);

    [Fact]
    public void Is_an_hour_of_nothing_before_the_first_sample() => Assert.Equal(new int?[60], _history.Of("default-minute"));

    [Fact]
    public void Keeps_the_most_of_each_minute_the_present_one_last()
    {
        _history.Note("default-minute", 3);
        _history.Note("default-minute", 7);
        _history.Note("default-minute", 5);
        _time.Advance(TimeSpan.FromMinutes(2));
        _history.Note("default-minute", 0);

        Assert.Equal([7, null, 0], _history.Of("default-minute").TakeLast(3));
        Assert.All(_history.Of("default-minute").SkipLast(3), Assert.Null);
    }

    [Fact]
    public void Holds_an_hour_and_no_more()
    {
        for (var minute = 0; minute < 150; minute++)
        {
            _history.Note("default-minute", minute);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([.. Enumerable.Range(91, 59).Cast<int?>(), null], _history.Of("default-minute"));
    }

    [Fact]
    public void Tells_of_no_minute_that_was_slept_through()
    {
        _history.Note("default-minute", 9);
        _time.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal(new int?[60], _history.Of("default-minute"));
    }

    [Fact]
    public void Lets_go_of_a_window_that_is_gone_for_an_hour()
    {
        _history.Note("old-minute", 1);
        _time.Advance(TimeSpan.FromMinutes(59));
        _history.Note("new-minute", 1);
        _history.Forget();
        Assert.Equal(2, _history.Windows);

        _time.Advance(TimeSpan.FromMinutes(1));
        _history.Forget();
        Assert.Equal(1, _history.Windows);
    }

    [Fact]
    public async Task Is_fed_four_times_a_minute_and_not_at_once()
    {
        var plan = Limiters.Plan();
        var limiter = new MemoryLimiter(plan, _time);
        using var sampler = new QuotaSampler(plan, limiter, _history, _time);
        await sampler.StartAsync(TestContext.Current.CancellationToken);
        limiter.Ask(plan);
        Assert.Equal(0, _history.Windows);

        await Bounds.UntilAsync(() =>
        {
            _time.Advance(QuotaSampler.Interval);
            return _history.Windows > 0;
        }, "the first sample");
        await sampler.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(plan.Shared.Length, _history.Windows);
        Assert.Contains(1, plan.Shared.SelectMany(window => _history.Of(window.Name)));
    }
}
