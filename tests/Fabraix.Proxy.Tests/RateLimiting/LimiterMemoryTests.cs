using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>What the limiter takes of the process's memory, however many ask.</summary>
[Collection(nameof(LimiterMemoryTests))]
public sealed class LimiterMemoryTests
{
    private readonly SettableClock _clock = new(DateTimeOffset.UnixEpoch);

    /// <summary>Bytes as they are counted, and as the heap has them. Each user comes once or, half a minute apart, five times, then never again; with the shipped windows, and the quota of a key with a reserve.</summary>
    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(200_000, 5)]
    public void Stays_within_its_bound_however_many_users_come_within_an_hour(int users, int visits)
    {
        var plan = Limiters.Plan(new KeyQuota(Limiters.Plenty, Limiters.Plenty), user: [Window.Minute("user", 60), Window.Hour("user", 1000)], reserve: 20);
        var question = plan.Question(route: "check");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var limiter = new MemoryLimiter(plan, _clock);
        var (most, admitted, apart) = (0L, 0, users / 120);
        for (var i = 0; i < users; i++)
        {
            _clock.Pass(TimeSpan.FromHours(1) / users);
            for (var visit = 0; visit < visits && i >= visit * apart; visit++)
                admitted += limiter.Ask(question with { User = (UInt128)(i - (visit * apart)) }, replicas: 1).Outcome == LimitOutcome.Admitted ? 1 : 0;
            most = Math.Max(most, limiter.Bytes);
        }

        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(admitted, users, users * visits);
        Assert.InRange(most, 1, MemoryLimiter.MostBytes);
        Assert.InRange(heap, 1, 1.1 * MemoryLimiter.MostBytes);
        GC.KeepAlive(limiter);
    }

    /// <summary>What others allocate meanwhile would count as well.</summary>
    [CollectionDefinition(nameof(LimiterMemoryTests), DisableParallelization = true)]
    public sealed class Alone;
}
