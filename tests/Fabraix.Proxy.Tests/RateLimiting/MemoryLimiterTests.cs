using Fabraix.Proxy.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

public sealed class MemoryLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Has_nothing_to_say_without_a_window() => Assert.Null(new MemoryLimiter<string>([], _time).Ask("user"));

    [Fact]
    public void Admits_the_quota_and_counts_down()
    {
        var limiter = Limiter(Window.Minute("user", 3));

        Assert.Equal([(true, 2), (true, 1), (true, 0), (false, 0)], Enumerable.Range(0, 4).Select(_ => limiter.Ask("user")!.Value).Select(usage => (usage.Admitted, usage.Remaining)));
    }

    [Fact]
    public void Counts_each_holder_by_itself()
    {
        var limiter = Limiter(Window.Minute("user", 1));

        Assert.True(limiter.Ask("one")!.Value.Admitted);
        Assert.True(limiter.Ask("two")!.Value.Admitted);
        Assert.False(limiter.Ask("one")!.Value.Admitted);
    }

    [Fact]
    public void Does_not_count_what_it_refuses()
    {
        var limiter = Limiter(Window.Minute("user", 1));
        Assert.True(limiter.Ask("user")!.Value.Admitted);
        for (var second = 0; second < 59; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal((false, 59 - second), (limiter.Ask("user")!.Value.Admitted, limiter.Ask("user")!.Value.Seconds));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limiter.Ask("user")!.Value.Admitted);
    }

    [Fact]
    public void Does_not_count_against_one_window_what_another_refuses()
    {
        var limiter = Limiter(Window.Minute("user", 1), Window.Hour("user", 2));
        Assert.True(limiter.Ask("user")!.Value.Admitted);
        Assert.False(limiter.Ask("user")!.Value.Admitted);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(limiter.Ask("user")!.Value.Admitted);
    }

    [Fact]
    public void Tells_of_the_tightest_window()
    {
        var limiter = Limiter(Window.Minute("user", 10), Window.Hour("user", 5));

        Assert.Equal(("user-hour", 4, 3600), Told(limiter.Ask("user")!.Value));
    }

    [Fact]
    public void Tells_of_the_full_window_that_takes_longest()
    {
        var limiter = Limiter(Window.Minute("user", 1), Window.Hour("user", 1));
        limiter.Ask("user");

        Assert.Equal(("user-hour", 0, 3600), Told(limiter.Ask("user")!.Value));
    }

    [Fact]
    public void Admits_exactly_the_quota_to_many_at_once()
    {
        var limiter = Limiter(Window.Minute("user", 100));
        var admitted = 0;
        Parallel.For(0, 2000, i =>
        {
            if (limiter.Ask($"user-{i % 2}")!.Value.Admitted)
                Interlocked.Increment(ref admitted);
        });

        Assert.Equal(200, admitted);
    }

    [Fact]
    public void Keeps_a_bounded_number_of_holders()
    {
        var limiter = new MemoryLimiter<int>([Window.Minute("user", 1)], _time, capacity: 100);
        for (var holder = 0; holder < 10_000; holder++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            limiter.Ask(holder);
            Assert.InRange(limiter.Count, 1, 100);
        }
    }

    [Fact]
    public void Forgets_those_who_were_idle_longest_and_nobody_else()
    {
        var limiter = new MemoryLimiter<int>([Window.Hour("user", 1)], _time, capacity: 100);
        for (var holder = 0; holder < 100; holder++)
        {
            limiter.Ask(holder);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        limiter.Ask(0);
        limiter.Ask(100);

        Assert.False(limiter.Ask(0)!.Value.Admitted);
        Assert.False(limiter.Ask(99)!.Value.Admitted);
        Assert.True(limiter.Ask(1)!.Value.Admitted);
    }

    private MemoryLimiter<string> Limiter(params Window[] windows) => new(windows, _time);

    private static (string Name, int Remaining, int Seconds) Told(Usage usage) => (usage.Tightest.Name, usage.Remaining, usage.Seconds);
}
