using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>How users share a quota. Arrivals are a Poisson process with a fixed seed, each user's by itself.</summary>
public sealed class FairnessTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Gives_nine_modest_users_what_they_ask_beside_a_greedy_one()
    {
        var run = Run(new KeyQuota(600, 10_000_000), minutes: 5, [100, .. Enumerable.Repeat(40 / 60.0, 9)]);

        Assert.All(run.Users.Skip(1), user => Assert.InRange(user.Got, 0.95 * user.Asked, user.Asked));
        Assert.InRange(run.Utilisation, 0.95, 1);
        Assert.InRange(run.MostInAWindow, 1, 600);
    }

    /// <summary>Of so few requests chance takes its part: two in 60 are kept free for the modest, and a bucket for what the upstream sees late.</summary>
    [Fact]
    public void Does_so_with_the_quota_of_a_development_key()
    {
        var run = Run(new KeyQuota(60, 10_000_000), minutes: 60, [20, .. Enumerable.Repeat(4 / 60.0, 9)]);

        Assert.InRange(run.Users.Skip(1).Sum(user => user.Got), 0.95 * run.Users.Skip(1).Sum(user => user.Asked), double.MaxValue);
        Assert.InRange(run.Utilisation, 0.93, 1);
        Assert.InRange(run.MostInAWindow, 1, 60);
    }

    [Fact]
    public void Shares_the_hour_as_well()
    {
        var run = Run(new KeyQuota(1_000_000, 1000), minutes: 180, [2, .. Enumerable.Repeat(1 / 60.0, 9)]);

        Assert.InRange(run.Users.Skip(1).Sum(user => user.Got), 0.95 * run.Users.Skip(1).Sum(user => user.Asked), double.MaxValue);
    }

    [Fact]
    public void Gives_equal_shares_to_those_who_want_more_however_hard_they_push()
    {
        var run = Run(new KeyQuota(600, 10_000_000), minutes: 10, [50, 50, 5, 5, 5, 5, 5, 5, 5, 5]);

        Assert.All(run.Users, user => Assert.InRange(user.Got, 0.85 * 590, 1.15 * 600));
    }

    [Fact]
    public void Gives_one_alone_nearly_all() => Assert.InRange(Run(new KeyQuota(600, 10_000_000), minutes: 5, [50]).Utilisation, 0.95, 1);

    [Fact]
    public void Weighs_shares()
    {
        var run = Run(new KeyQuota(600, 10_000_000), minutes: 10, [20, 20], weights: [1, 3]);

        Assert.InRange(run.Users[1].Got / (double)run.Users[0].Got, 2.7, 3.3);
    }

    [Fact]
    public void Lets_anybody_burst_while_half_is_free()
    {
        var plan = Limiters.Plan(new KeyQuota(100, 10_000));
        var limiter = new MemoryLimiter(plan, _time);

        Assert.InRange(Enumerable.Range(0, 100).TakeWhile(_ => limiter.Ask(plan).Outcome == LimitOutcome.Admitted).Count(), 50, 80);
        Assert.Equal(LimitOutcome.QuotaShared, limiter.Ask(plan).Outcome);
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan, user: 2).Outcome);
    }

    /// <summary>A page's first calls come within seconds, and foretell nothing.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(48)]
    [InlineData(480)]
    public void Lets_one_alone_have_half_within_seconds(int quota)
    {
        var plan = Limiters.Plan(new KeyQuota(quota, 10_000_000));
        var limiter = new MemoryLimiter(plan, _time);
        for (var i = 0; i < quota / 2; i++)
        {
            Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan).Outcome);
            _time.Advance(TimeSpan.FromMilliseconds(40));
        }
    }

    [Fact]
    public void Keeps_the_reserve_of_a_route_for_it()
    {
        var plan = Limiters.Plan(new KeyQuota(100, 10_000_000), reserve: 20);
        var limiter = new MemoryLimiter(plan, _time);
        for (var user = 0; user < 200; user++)
            limiter.Ask(plan, user, "event");

        Assert.Equal(LimitOutcome.QuotaSpent, limiter.Ask(plan, user: 999, "event").Outcome);
        Assert.Equal(20, Enumerable.Range(1000, 30).Count(user => limiter.Ask(plan, user, "check").Outcome == LimitOutcome.Admitted));
    }

    [Fact]
    public void Lets_a_route_with_a_reserve_use_the_rest_too()
    {
        var plan = Limiters.Plan(new KeyQuota(100, 10_000_000), reserve: 20);
        var limiter = new MemoryLimiter(plan, _time);

        Assert.Equal(100, Enumerable.Range(0, 120).Count(user => limiter.Ask(plan, user, "check").Outcome == LimitOutcome.Admitted));
    }

    [Fact]
    public void Limits_a_route_of_all_users()
    {
        var plan = Limiters.Plan(eventsPerMinute: 5);
        var limiter = new MemoryLimiter(plan, _time);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(user => limiter.Ask(plan, user, "event").Outcome == LimitOutcome.Admitted));
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan, user: 99, "check").Outcome);
    }

    /// <summary>What others will ask meanwhile is a guess, and so is the wait: but nobody is sent away again and again.</summary>
    [Fact]
    public void Tells_a_wait_after_which_it_is_worth_to_ask()
    {
        var plan = Limiters.Plan(new KeyQuota(60, 10_000));
        var limiter = new MemoryLimiter(plan, _time);
        for (var round = 0; round < 20; round++)
        {
            while (limiter.Ask(plan).Outcome == LimitOutcome.Admitted)
                continue;
            var waits = 0;
            for (var answer = limiter.Ask(plan); answer.Outcome != LimitOutcome.Admitted; answer = limiter.Ask(plan))
            {
                Assert.InRange(answer.Seconds, 1, 61);
                Assert.InRange(++waits, 1, 3);
                _time.Advance(TimeSpan.FromSeconds(answer.Seconds));
            }
        }
    }

    [Fact]
    public void Believes_the_upstream_that_it_takes_no_more()
    {
        var plan = Limiters.Plan(new KeyQuota(600, 10_000));
        var limiter = new MemoryLimiter(plan, _time);
        limiter.Learn("default", remaining: 0, refused: true, TimeSpan.FromSeconds(30));
        limiter.Learn("default", remaining: 50, refused: false, TimeSpan.FromSeconds(30));

        var answer = limiter.Ask(plan);
        Assert.Equal((LimitOutcome.UpstreamSpent, 30), (answer.Outcome, answer.Seconds));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(LimitOutcome.Admitted, limiter.Ask(plan).Outcome);
    }

    [Fact]
    public void Believes_the_upstream_how_many_it_still_takes()
    {
        var plan = Limiters.Plan(new KeyQuota(600, 10_000));
        var limiter = new MemoryLimiter(plan, _time);
        limiter.Learn("default", remaining: 2, refused: false, TimeSpan.FromSeconds(30));

        Assert.Equal([LimitOutcome.Admitted, LimitOutcome.Admitted, LimitOutcome.UpstreamSpent], Enumerable.Range(0, 3).Select(_ => limiter.Ask(plan).Outcome));
        limiter.Learn("default", remaining: 1, refused: false, TimeSpan.FromSeconds(30));
        Assert.Equal([LimitOutcome.Admitted, LimitOutcome.UpstreamSpent], Enumerable.Range(0, 2).Select(_ => limiter.Ask(plan).Outcome));
    }

    /// <summary>A request whose body is refused never goes up. It must not hold the others back as if it did.</summary>
    [Fact]
    public void Keeps_no_more_than_a_share_for_one_whose_requests_never_go_up()
    {
        var plan = Limiters.Plan(new KeyQuota(60, 10_000_000));
        var (limiter, got) = (new MemoryLimiter(plan, _time), 0);
        for (var i = 0; i < 1200; i++)
        {
            if (i % 2 == 0 && limiter.Ask(plan) is { Outcome: LimitOutcome.Admitted } answer)
                limiter.Return(plan.Question(), answer);
            if (limiter.Ask(plan, user: 2).Outcome == LimitOutcome.Admitted)
                got++;
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.InRange(got, 0.9 * 300, 600);
    }

    [Fact]
    public void Foresees_nothing_of_one_who_asks_again_and_again_while_the_quota_is_spent()
    {
        var plan = Limiters.Plan(new KeyQuota(60, 10_000_000));
        var (limiter, got) = (new MemoryLimiter(plan, _time), 0);
        for (var i = 0; i < 600; i++)
        {
            if (limiter.Ask(plan).Outcome == LimitOutcome.Admitted)
                got++;
            if (i == 150)
            {
                // Another one comes, takes what is kept for such, and hammers on for a moment.
                for (var k = 0; k < 5000; k++)
                    limiter.Ask(plan, user: 2);
            }

            _time.Advance(TimeSpan.FromSeconds(0.4));
        }

        Assert.InRange(got, 0.85 * 240, 240 + 1);
    }

    [Fact]
    public void Gives_back_what_the_upstream_still_takes_for_a_request_that_never_went_up()
    {
        var plan = Limiters.Plan(new KeyQuota(600, 10_000));
        var limiter = new MemoryLimiter(plan, _time);
        limiter.Learn("default", remaining: 2, refused: false, TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
        {
            var answer = limiter.Ask(plan);
            Assert.Equal(LimitOutcome.Admitted, answer.Outcome);
            limiter.Return(plan.Question(), answer);
        }

        // What was said after the request had begun does not know of it.
        var early = limiter.Ask(plan);
        _time.Advance(TimeSpan.FromSeconds(1));
        limiter.Learn("default", remaining: 1, refused: false, TimeSpan.FromSeconds(30));
        limiter.Return(plan.Question(), early);
        Assert.Equal([LimitOutcome.Admitted, LimitOutcome.UpstreamSpent], Enumerable.Range(0, 2).Select(_ => limiter.Ask(plan).Outcome));
    }

    private Outcome Run(KeyQuota quota, int minutes, double[] perSecond, double[]? weights = null)
    {
        var plan = Limiters.Plan(quota);
        var (limiter, random) = (new MemoryLimiter(plan, _time), new Random(1));
        var users = perSecond.Select(_ => new Tally()).ToArray();
        var next = new PriorityQueue<int, double>(perSecond.Select((rate, user) => (user, Exponential(random, rate))));
        var admitted = new List<double>();
        for (var now = 0.0; next.TryDequeue(out var user, out var at) && at < minutes * 60;)
        {
            _time.Advance(TimeSpan.FromSeconds(at - now));
            now = at;
            users[user].Asked++;
            if (limiter.Ask(plan, user, weight: weights?[user] ?? 1).Outcome == LimitOutcome.Admitted)
            {
                users[user].Got++;
                admitted.Add(now);
            }

            next.Enqueue(user, at + Exponential(random, perSecond[user]));
        }

        var most = Enumerable.Range(0, admitted.Count).Max(i => admitted.Count(at => at > admitted[i] - 60 && at <= admitted[i]));
        return new Outcome(users, admitted.Count / (double)((long)quota.PerMinute * minutes), most);
    }

    private static double Exponential(Random random, double rate) => -Math.Log(1 - random.NextDouble()) / rate;

    private sealed record Outcome(Tally[] Users, double Utilisation, int MostInAWindow);

    private sealed class Tally
    {
        public int Asked { get; set; }

        public int Got { get; set; }
    }
}
