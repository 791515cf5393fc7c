using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits;

/// <summary>The script that counts in Redis, against the limiter that counts in memory: the same questions at the same times get the same answers.</summary>
public sealed class LimitScriptTests
{
    [Theory]
    [InlineData(1, 60, 1000, 0)]
    [InlineData(2, 60, 1000, 20)]
    [InlineData(3, 12, 40, 50)]
    [InlineData(4, 4, 1000, 20)]
    [InlineData(5, 600, 2000, 20)]
    [InlineData(6, 3, 3, 90)]
    public async Task Says_what_the_limiter_in_memory_says(int seed, int perMinute, int perHour, int reserve)
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");
        var plan = Limiters.Plan(new KeyQuota(perMinute, perHour), [Window.Minute("user", 30), Window.Hour("user", 300)], reserve: reserve, eventsPerMinute: seed % 2 == 0 ? perMinute : null);
        var time = new FakeTimeProvider();
        var (memory, both) = (new MemoryLimiter(plan, time), new Both(redis.GetDatabase(), plan));
        var random = new Random(seed);

        for (var (i, now) = (0, 0L); i < 3000; i++)
        {
            var gap = random.Next(10) switch { < 6 => random.Next(1000), < 9 => random.Next(2_000_000), _ => random.Next(90_000_000) };
            now += gap;
            time.Advance(TimeSpan.FromMicroseconds(gap));
            var question = plan.Question(user: random.Next(1, 7), random.Next(2) == 0 ? "check" : "event", weight: 1 << random.Next(3));
            var expected = memory.Ask(question, replicas: 1);
            var answer = await both.AskAsync(question, now);

            Assert.True(expected with { Local = false } == answer!.Value, $"question {i} at {now}: memory {expected}, Redis {answer}");
            for (var shared = 0; shared < plan.Shared.Length; shared++)
                Assert.True(both.Used[shared] < 0 || both.Used[shared] == memory.UsedOf(shared), $"question {i}: {plan.Shared[shared].Name}");

            if (expected.Outcome == LimitOutcome.Admitted && random.Next(10) == 0)
            {
                now += 700_000;
                time.Advance(TimeSpan.FromMicroseconds(700_000));
                memory.Renew(question, expected);
                await both.RenewAsync(question, answer.Value, now);
            }
            else if (expected.Outcome == LimitOutcome.Admitted && random.Next(10) == 0)
            {
                memory.Return(question, expected);
                await both.ReturnAsync(question, answer.Value, now);
            }
            else if (random.Next(200) == 0)
            {
                var (left, refused, reset) = (random.Next(3), random.Next(2) == 0, TimeSpan.FromSeconds(random.Next(1, 40)));
                memory.Learn("default", left, refused, reset);
                await both.LearnAsync(left, refused, reset, now);
            }
        }
    }

    [Fact]
    public async Task Holds_nothing_back_for_longer_than_an_hour_though_the_clock_is_set_back()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");
        var plan = Limiters.Plan();
        var both = new Both(redis.GetDatabase(), plan);
        await both.LearnAsync(0, refused: true, TimeSpan.FromSeconds(30), now: 24 * 3_600_000_000L);

        Assert.Equal((LimitOutcome.UpstreamSpent, 3600), await both.AskAsync(plan.Question(), now: 0) is { } answer ? (answer.Outcome, answer.Seconds) : default);
        Assert.Equal(LimitOutcome.Admitted, (await both.AskAsync(plan.Question(), now: 3_600_000_001))?.Outcome);
    }

    /// <summary>Each request writes the state anew: what is no number, or no sum, would else stay for ever.</summary>
    [Theory]
    [InlineData("{{1,1,1},{0},{0,0,0},{0,0,0},0/0,0/0,0,0,0,50}")]
    [InlineData("{{1,1,1},{0},{0,0,0},{0,0,0},-1/0,0,0,0,0,50}")]
    [InlineData("{{99,1,1},{0},{0,0,0},{0,0,0},0,0,0,0,0,50}")]
    public async Task Begins_anew_where_somebody_else_wrote(string state)
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");
        var plan = Limiters.Plan(new KeyQuota(50, 10_000));
        var both = new Both(redis.GetDatabase(), plan);
        await redis.GetDatabase().ScriptEvaluateAsync($"return redis.call('SET', KEYS[1], cmsgpack.pack({state}))", ["{test}:quota:default-minute"]);

        Assert.Equal(LimitOutcome.Admitted, (await both.AskAsync(plan.Question(), now: 2_000_000))?.Outcome);
        Assert.Equal([1, 1], both.Used);
    }

    /// <summary>As in a rolling update, in which old and new replicas ask by turns.</summary>
    [Fact]
    public async Task Counts_a_users_window_by_its_length_whatever_others_there_are()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");
        var (old, fresh) = (Limiters.Plan(user: [Window.Minute("user", 6), Window.Hour("user", 10)]), Limiters.Plan(user: [Window.Hour("user", 10)]));
        var (before, after) = (new Both(redis.GetDatabase(), old), new Both(redis.GetDatabase(), fresh));
        for (var i = 0; i < 3; i++) await before.AskAsync(old.Question(), now: 1_000_000);

        Assert.Equal(6, (await after.AskAsync(fresh.Question(), now: 1_000_000))?.User?.Remaining);
        Assert.Equal(("user-minute", 2), await before.AskAsync(old.Question(), now: 1_000_000) is { User: { } user } ? (user.Window.Name, user.Remaining) : default);
        Assert.Equal(4, (await after.AskAsync(fresh.Question(), now: 1_000_000))?.User?.Remaining);
    }

    private sealed class Both(IDatabase database, LimitPlan plan)
    {
        private readonly LimitScript script = new(name => "{test}:" + name, plan);

        public int[] Used { get; } = new int[plan.Shared.Length];

        /// <summary>What is used of the windows that the last question looked at, and -1 for others.</summary>
        public async Task<LimitAnswer?> AskAsync(LimitQuestion question, long now)
        {
            Array.Fill(Used, -1);
            return script.Read(question, await RunAsync(script.Ask(question, now)), Used, new long[Used.Length], now);
        }

        public Task<RedisResult> ReturnAsync(LimitQuestion question, LimitAnswer answer, long now) => RunAsync(script.Return(question, answer, now));

        public Task<RedisResult> RenewAsync(LimitQuestion question, LimitAnswer answer, long now) => RunAsync(script.Renew(question, answer, now));

        public Task<RedisResult> LearnAsync(int remaining, bool refused, TimeSpan reset, long now) => RunAsync(script.Learn("default", remaining, refused, reset, now));

        private Task<RedisResult> RunAsync((RedisKey[] Keys, RedisValue[] Values) asked) =>
            database.ScriptEvaluateAsync(LimitScript.Script.Text, asked.Keys, asked.Values);
    }
}
