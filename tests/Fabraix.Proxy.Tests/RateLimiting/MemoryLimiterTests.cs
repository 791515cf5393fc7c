using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

public sealed class MemoryLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tells_nothing_of_a_user_without_a_window()
    {
        var plan = Limiters.Plan();

        Assert.Equal((LimitOutcome.Admitted, null), Told(new MemoryLimiter(plan, _time).Ask(plan)));
    }

    [Fact]
    public void Admits_the_quota_and_counts_down()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 3));

        Assert.Equal(
            [(LimitOutcome.Admitted, 2), (LimitOutcome.Admitted, 1), (LimitOutcome.Admitted, 0), (LimitOutcome.UserFull, 0)],
            Enumerable.Range(0, 4).Select(_ => limiter.Ask(plan)).Select(answer => (answer.Outcome, answer.User!.Value.Remaining)));
    }

    [Fact]
    public void Counts_each_user_by_itself_and_over_all_routes()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 1));

        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan, user: 1, route: "event").Outcome);
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan, user: 2).Outcome);
        Assert.Equal(LimitOutcome.UserFull, limiter.Ask(plan, user: 1, route: "check").Outcome);
    }

    /// <summary>What is shown and alerted on falls though nobody asks any more.</summary>
    [Fact]
    public void Tells_of_nothing_used_when_a_window_has_passed_without_a_request()
    {
        var plan = Limiters.Plan();
        var limiter = new MemoryLimiter(plan, _time);
        limiter.Ask(plan);
        var minute = Array.FindIndex(plan.Shared, window => window.Name == "default-minute");
        Assert.Equal(1, limiter.UsedOf(minute));

        _time.Advance(TimeSpan.FromSeconds(62));
        Assert.Equal(0, limiter.UsedOf(minute));
    }

    [Fact]
    public void Does_not_count_what_it_refuses()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 1));
        limiter.Ask(plan);
        for (var second = 0; second < 60; second++)
        {
            Assert.Equal(LimitOutcome.UserFull, limiter.Ask(plan).Outcome);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan).Outcome);
    }

    [Fact]
    public void Does_not_count_against_one_window_what_another_refuses()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 1), Window.Hour("user", 2));
        limiter.Ask(plan);
        Assert.Equal(LimitOutcome.UserFull, limiter.Ask(plan).Outcome);
        _time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan).Outcome);
    }

    [Fact]
    public void Does_not_count_against_the_user_what_the_quota_refuses()
    {
        var plan = Limiters.Plan(new KeyQuota(4, 1000), user: [Window.Minute("user", 5)]);
        var limiter = new MemoryLimiter(plan, _time);
        for (var i = 0; i < 20; i++)
            limiter.Ask(plan);

        Assert.Equal(1, limiter.Ask(plan).User!.Value.Remaining);
    }

    [Fact]
    public void Tells_of_the_tightest_window()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 10), Window.Hour("user", 5));

        Assert.Equal((LimitOutcome.Admitted, "user-hour 4"), Told(limiter.Ask(plan)));
    }

    [Fact]
    public void Tells_of_the_full_window_that_takes_longest()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 1), Window.Hour("user", 1));
        limiter.Ask(plan);

        Assert.Equal((LimitOutcome.UserFull, "user-hour 0"), Told(limiter.Ask(plan)));
        Assert.Equal(3600, limiter.Ask(plan).Seconds);
    }

    [Fact]
    public void Refuses_an_address_over_its_own_limit()
    {
        var plan = Limiters.Plan(address: [Window.Minute("address", 1)]);
        var limiter = new MemoryLimiter(plan, _time);

        Assert.Equal(LimitOutcome.Admitted, limiter.AskAddress(1).Outcome);
        Assert.Equal(LimitOutcome.Admitted, limiter.AskAddress(2).Outcome);
        Assert.Equal(LimitOutcome.AddressFull, limiter.AskAddress(1).Outcome);
    }

    [Fact]
    public void Holds_a_replica_to_its_share()
    {
        var plan = Limiters.Plan(user: [Window.Minute("user", 9)]);
        var limiter = new MemoryLimiter(plan, _time);

        Assert.Equal(3, Enumerable.Range(0, 9).Count(_ => limiter.Ask(plan.Question(), replicas: 3).Outcome == LimitOutcome.Admitted));
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan.Question(user: 2), replicas: 1000).Outcome);
    }

    [Fact]
    public void Admits_exactly_the_quota_to_many_at_once()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 100));
        var admitted = 0;
        Parallel.For(0, 2000, i =>
        {
            if (limiter.Ask(plan, user: i % 2).Outcome == LimitOutcome.Admitted)
                Interlocked.Increment(ref admitted);
        });

        Assert.Equal(200, admitted);
    }

    [Fact]
    public void Gives_back_the_keys_quota_and_not_the_users()
    {
        var plan = Limiters.Plan(new KeyQuota(4, 4), user: [Window.Minute("user", 10)]);
        var limiter = new MemoryLimiter(plan, _time);
        for (var i = 0; i < 8; i++)
        {
            var answer = limiter.Ask(plan);
            Assert.Equal((LimitOutcome.Admitted, 9 - i), (answer.Outcome, answer.User!.Value.Remaining));
            limiter.Return(plan.Question(), answer);
        }

        Assert.Equal(0, limiter.UsedOf(0));
    }

    /// <summary>Else one who asks without end, and is refused by the quota that all share, would load the store for all.</summary>
    [Fact]
    public void Remembers_for_a_moment_what_the_shared_store_refused_on_a_route()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 10));
        limiter.NoteRefusal(plan.Question(), new LimitAnswer(LimitOutcome.QuotaShared, User: null, Wait: 20_000_000, Way: 0, At: 0, Local: false));

        Assert.Equal((LimitOutcome.QuotaShared, 20), limiter.Known(plan.Question()) is { } known ? (known.Outcome, known.Seconds) : default);
        Assert.Null(limiter.Known(plan.Question(route: "check")));
        Assert.Null(limiter.Known(plan.Question(user: 2)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(limiter.Known(plan.Question()));
    }

    [Fact]
    public void Remembers_a_bounded_number_of_bytes()
    {
        var plan = Limiters.Plan(user: [Window.Minute("user", 100), Window.Hour("user", 100)]);
        var limiter = new MemoryLimiter(plan, _time, mostBytes: 64 * 1024);
        for (var user = 0; user < 10_000; user++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            limiter.Ask(plan, user);
            Assert.InRange(limiter.Bytes, 1, 64 * 1024);
        }

        Assert.InRange(limiter.Users, 50, 1000);
    }

    [Fact]
    public void Forgets_who_was_idle_longest_and_nobody_else()
    {
        var (plan, small) = (Limiters.Plan(user: [Window.Hour("user", 1)]), 0L);
        var measure = new MemoryLimiter(plan, _time);
        for (var user = 0; user < 100; user++)
            measure.Ask(plan, user);
        small = measure.Bytes;

        var limiter = new MemoryLimiter(plan, _time, mostBytes: small);
        for (var user = 0; user < 100; user++)
            limiter.Ask(plan, user);
        limiter.Ask(plan, user: 0);
        limiter.Ask(plan, user: 100);

        Assert.Equal(LimitOutcome.UserFull, limiter.Ask(plan, user: 0).Outcome);
        Assert.Equal(LimitOutcome.UserFull, limiter.Ask(plan, user: 99).Outcome);
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan, user: 1).Outcome);
    }

    [Fact]
    public void Forgets_who_has_nothing_left_in_any_window()
    {
        var (plan, limiter) = Limiter(Window.Minute("user", 1));
        for (var user = 0; user < 100; user++)
            limiter.Ask(plan, user);
        _time.Advance(TimeSpan.FromMinutes(2));
        for (var user = 100; user < 150; user++)
            limiter.Ask(plan, user);

        Assert.Equal(50, limiter.Users);
    }

    [Fact]
    public void Allocates_nothing_for_a_user_it_knows()
    {
        var plan = Limiters.Plan(user: [Window.Minute("user", Limiters.Plenty), Window.Hour("user", Limiters.Plenty)], reserve: 20);
        var limiter = new MemoryLimiter(plan, TimeProvider.System);
        var question = plan.Question(route: "check");
        for (var i = 0; i < 1000; i++)
            limiter.Ask(question, replicas: 1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            limiter.Ask(question, replicas: 1);

        // A ring may grow once when the time comes to its next bucket.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private (LimitPlan Plan, MemoryLimiter Limiter) Limiter(params Window[] windows)
    {
        var plan = Limiters.Plan(user: windows);
        return (plan, new MemoryLimiter(plan, _time));
    }

    private static (LimitOutcome Outcome, string? User) Told(LimitAnswer answer) => (answer.Outcome, answer.User is { } usage ? $"{usage.Window.Name} {usage.Remaining}" : null);
}
