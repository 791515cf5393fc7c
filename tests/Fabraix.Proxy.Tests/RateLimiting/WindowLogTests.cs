using Fabraix.Proxy.RateLimiting;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>Against an exact log of what was admitted, over arrivals of every density.</summary>
public sealed class WindowLogTests
{
    private const int MillisecondsPerMinute = 60_000;
    private const int Grain = MillisecondsPerMinute / 60;

    [Property(MaxTest = 300)]
    public FsCheck.Property Never_admits_more_than_the_quota_in_any_minute() => ForAllArrivals(static (quota, gaps) =>
    {
        var admitted = Run(quota, gaps).Where(ask => ask.Usage.Admitted).Select(ask => ask.At).ToList();
        return admitted.All(at => admitted.Count(other => other > at - MillisecondsPerMinute && other <= at) <= quota);
    });

    [Property(MaxTest = 300)]
    public FsCheck.Property Refuses_only_where_an_exact_log_that_forgets_a_sixtieth_later_would() => ForAllArrivals(static (quota, gaps) =>
    {
        var asks = Run(quota, gaps);
        return asks.Where(ask => !ask.Usage.Admitted).All(refused =>
            asks.Count(ask => ask.Usage.Admitted && ask.At <= refused.At && ask.At > refused.At - MillisecondsPerMinute - Grain) >= quota);
    });

    [Property(MaxTest = 300)]
    public FsCheck.Property Keeps_its_word_on_when_to_come_back() => ForAllArrivals(static (quota, gaps) =>
    {
        var time = new FakeTimeProvider();
        var limiter = new MemoryLimiter<int>([Window.Minute("user", quota)], time);
        foreach (var gap in gaps)
        {
            time.Advance(TimeSpan.FromMilliseconds(gap));
            if (limiter.Ask(0) is not { Admitted: false } refused)
                continue;
            if (refused.Seconds is < 1 or > 60)
                return false;
            time.Advance(TimeSpan.FromSeconds(refused.Seconds));
            return limiter.Ask(0)!.Value.Admitted;
        }

        return true;
    });

    [Property(MaxTest = 300)]
    public FsCheck.Property Makes_nobody_wait_more_than_a_sixtieth_and_the_rounding_too_long() => ForAllArrivals(static (quota, gaps) =>
    {
        var asks = Run(quota, gaps);
        return asks.Where(ask => !ask.Usage.Admitted).All(refused =>
        {
            // An exact log has room when the quota-th newest request is a minute old.
            var leaves = asks.Where(ask => ask.Usage.Admitted && ask.At <= refused.At).Select(ask => ask.At).OrderDescending().ElementAt(quota - 1) + MillisecondsPerMinute;
            return refused.Usage.Seconds <= Math.Max(1, Math.Ceiling((leaves - refused.At + Grain) / 1000.0));
        });
    });

    [Fact]
    public void Keeps_at_most_61_entries_whatever_the_quota()
    {
        var log = new WindowLog();
        var length = TimeSpan.FromMinutes(1);
        long grown = 0;
        for (var millisecond = 0; millisecond < 3 * MillisecondsPerMinute; millisecond++)
        {
            var now = TimeSpan.FromMilliseconds(millisecond);
            var before = GC.GetAllocatedBytesForCurrentThread();
            log.Advance(now, length);
            log.Add(now, length);
            grown += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Rings of 4, 8, 16, 32 and 64 entries of 24 bytes, and nothing after them.
        Assert.InRange(grown, 1, (4 + 8 + 16 + 32 + 64) * 24 + 500);
        Assert.InRange(log.Count, MillisecondsPerMinute - Grain, MillisecondsPerMinute + Grain);
    }

    [Fact]
    public void Is_empty_again_a_minute_after_the_last_request()
    {
        var log = new WindowLog();
        for (var second = 0; second < 10; second++)
            log.Add(TimeSpan.FromSeconds(second), TimeSpan.FromMinutes(1));

        log.Advance(TimeSpan.FromSeconds(9 + 60), TimeSpan.FromMinutes(1));

        Assert.Equal(0, log.Count);
        Assert.Equal(1, log.SecondsUntilRoom(TimeSpan.FromSeconds(9 + 60), TimeSpan.FromMinutes(1)));
    }

    private static List<(long At, Usage Usage)> Run(int quota, int[] gaps)
    {
        var time = new FakeTimeProvider();
        var limiter = new MemoryLimiter<int>([Window.Minute("user", quota)], time);
        long at = 0;
        var asks = new List<(long, Usage)>();
        foreach (var gap in gaps)
        {
            at += gap;
            time.Advance(TimeSpan.FromMilliseconds(gap));
            asks.Add((at, limiter.Ask(0)!.Value));
        }

        return asks;
    }

    private static FsCheck.Property ForAllArrivals(Func<int, int[], bool> holds)
    {
        var gap = Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Choose(1, 50)), (3, Gen.Choose(51, 3000)), (1, Gen.Choose(3001, 70_000)));
        return Prop.ForAll(Gen.Choose(1, 20).ToArbitrary(), Gen.ArrayOf(gap, 120).ToArbitrary(), holds);
    }
}
