using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using FsCheck.Fluent;
using FsCheck.Xunit;
using FsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>Against an exact log of what was admitted, over arrivals of every density.</summary>
public sealed class WindowCountTests
{
    private const int MillisecondsPerMinute = 60_000;
    private const int Bucket = MillisecondsPerMinute / WindowCount.Buckets;

    [Property(MaxTest = 300)]
    public FsCheck.Property Never_admits_more_than_the_quota_in_any_minute() => ForAllArrivals(static (quota, gaps) =>
    {
        var admitted = Run(quota, gaps).Where(ask => ask.Admitted).Select(ask => ask.At).ToList();
        return admitted.All(at => admitted.Count(other => other > at - MillisecondsPerMinute && other <= at) <= quota);
    });

    [Property(MaxTest = 300)]
    public FsCheck.Property Refuses_only_where_an_exact_log_that_forgets_a_bucket_later_would() => ForAllArrivals(static (quota, gaps) =>
    {
        var asks = Run(quota, gaps);
        return asks.Where(ask => !ask.Admitted).All(refused =>
            asks.Count(ask => ask.Admitted && ask.At <= refused.At && ask.At > refused.At - MillisecondsPerMinute - Bucket) >= quota);
    });

    [Property(MaxTest = 300)]
    public FsCheck.Property Keeps_its_word_on_when_to_come_back() => ForAllArrivals(static (quota, gaps) =>
    {
        var time = new FakeTimeProvider();
        var plan = Limiters.Plan(user: [Window.Minute("user", quota)]);
        var limiter = new MemoryLimiter(plan, time);
        foreach (var gap in gaps)
        {
            time.Advance(TimeSpan.FromMilliseconds(gap));
            if (limiter.Ask(plan) is not { Outcome: LimitOutcome.UserFull } refused)
                continue;
            if (refused.Seconds is < 1 or > 61)
                return false;
            time.Advance(TimeSpan.FromSeconds(refused.Seconds));
            return limiter.Ask(plan).Outcome == LimitOutcome.Admitted;
        }

        return true;
    });

    [Fact]
    public void Takes_at_most_122_entries_of_8_bytes_whatever_the_quota()
    {
        var count = default(WindowCount);
        var window = Window.Minute("user", int.MaxValue);
        for (var millisecond = 0; millisecond < 3 * MillisecondsPerMinute; millisecond++)
        {
            var bucket = window.BucketAt(millisecond * 1000L);
            count.Advance(bucket);
            count.Add(bucket);
        }

        Assert.Equal(24 + ((WindowCount.Buckets + 2) * 8), count.Size);
        Assert.InRange(count.Total, MillisecondsPerMinute, MillisecondsPerMinute + Bucket);
    }

    [Fact]
    public void Takes_back_what_it_counted_and_nothing_else()
    {
        var count = default(WindowCount);
        count.Add(5);
        count.Add(7);
        Assert.False(count.Remove(6));
        Assert.True(count.Remove(5));
        Assert.False(count.Remove(5));
        Assert.Equal(1, count.Total);

        count.Advance(7 + WindowCount.Buckets + 1);
        Assert.False(count.Remove(7));
        Assert.Equal(0, count.Total);
    }

    [Fact]
    public void Foresees_the_worst_time_of_the_coming_window()
    {
        var (count, window) = (default(WindowCount), new Window("w", 100, TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 40; i++)
            count.Add(60);

        // 40 leave at the end of bucket 180, 60 s after it: until then there are 60, and 30 of them are wanted.
        var now = 60 * window.Bucket;
        Assert.Equal(60 - 30.25 - Math.Sqrt(30.25), count.LeastFree(100, now, window, 0.5 / 1e6), precision: 3);
        Assert.Equal(60, count.LeastFree(100, now, window, 0), precision: 3);
    }

    private static FsCheck.Property ForAllArrivals(Func<int, int[], bool> holds) => Prop.ForAll(
        Gen.Choose(1, 40).ToArbitrary(),
        Gen.ArrayOf(Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 3000), Gen.Choose(0, 90_000)), 150).ToArbitrary(),
        holds);

    private static List<(long At, bool Admitted)> Run(int quota, int[] gaps)
    {
        var time = new FakeTimeProvider();
        var plan = Limiters.Plan(user: [Window.Minute("user", quota)]);
        var limiter = new MemoryLimiter(plan, time);
        var asks = new List<(long At, bool Admitted)>();
        var at = 0L;
        foreach (var gap in gaps)
        {
            time.Advance(TimeSpan.FromMilliseconds(gap));
            at += gap;
            asks.Add((at, limiter.Ask(plan).Outcome == LimitOutcome.Admitted));
        }

        return asks;
    }
}
