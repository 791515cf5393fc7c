using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>The caps on requests under way. That each leaves, however its answer ends, is tested over the wire.</summary>
public sealed class InFlightTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ProxyMetrics>().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Refuses_what_is_more_than_the_total_until_one_has_ended()
    {
        var step = Total(2);
        var first = await EnterAsync(step);
        await EnterAsync(step);

        var refusal = (await step.JudgeAsync(new Exchange().Context)).Refusal;
        Assert.Same(ProxyError.Overloaded, refusal?.Error);
        Assert.Equal("in flight: RateLimits:InFlight:Total", refusal?.Rule);

        await first.EndAsync();
        await EnterAsync(step);
        Assert.NotNull((await step.JudgeAsync(new Exchange().Context)).Refusal);
        Assert.Equal(2, step.Now);
    }

    [Fact]
    public async Task Refuses_one_user_and_not_another()
    {
        var step = OfUser(2);
        var first = await EnterAsync(step, "one");
        await EnterAsync(step, "one");

        Assert.Equal("in flight: RateLimits:InFlight:PerUser", (await step.JudgeAsync(new Exchange("one").Context)).Refusal?.Rule);
        await EnterAsync(step, "two");
        await EnterAsync(step, "One");

        await first.EndAsync();
        await EnterAsync(step, "one");
    }

    [Fact]
    public async Task Takes_the_same_subject_of_two_issuers_for_two_users()
    {
        var step = OfUser(1);
        await EnterAsync(step, "one");

        Assert.Null((await step.JudgeAsync(new Exchange("one", "other").Context)).Refusal);
        Assert.NotNull((await step.JudgeAsync(new Exchange("one").Context)).Refusal);
    }

    [Fact]
    public async Task Counts_nothing_for_a_refused_request_to_give_back()
    {
        var (total, ofUser) = (Total(1), OfUser(1));
        await EnterAsync(total);
        await EnterAsync(ofUser, "one");
        for (var i = 0; i < 3; i++)
        {
            var refused = new Exchange("one");
            Assert.NotNull((await total.JudgeAsync(refused.Context)).Refusal);
            Assert.NotNull((await ofUser.JudgeAsync(refused.Context)).Refusal);
            await refused.EndAsync();
        }

        Assert.Equal((1, 1), (total.Now, ofUser.Users));
    }

    [Fact]
    public async Task Remembers_nobody_who_has_none_under_way()
    {
        var step = OfUser(3);
        for (var i = 0; i < 10_000; i++)
        {
            var (first, second) = (await EnterAsync(step, $"user-{i}"), await EnterAsync(step, $"user-{i}"));
            await first.EndAsync();
            Assert.Equal(1, step.Users);
            await second.EndAsync();
            Assert.Equal(0, step.Users);
        }
    }

    [Fact]
    public async Task Never_lets_more_in_when_all_come_at_once()
    {
        var (total, ofUser) = (Total(100), OfUser(10));
        var entered = 0;
        await Parallel.ForAsync(0, 20_000, TestContext.Current.CancellationToken, async (i, _) =>
        {
            var exchange = new Exchange($"user-{i % 3}");
            if ((await total.JudgeAsync(exchange.Context)).Refusal is not null)
                return;
            Assert.InRange(total.Now, 1, 100 + Environment.ProcessorCount);
            if ((await ofUser.JudgeAsync(exchange.Context)).Refusal is null)
                Interlocked.Increment(ref entered);
            await exchange.EndAsync();
        });

        Assert.InRange(entered, 1, 20_000);
        Assert.Equal((0, 0), (total.Now, ofUser.Users));
    }

    [Fact]
    public async Task Costs_no_memory_for_a_request()
    {
        var (total, ofUser) = (Total(1), OfUser(1));
        var exchange = new Exchange("one");
        await RoundAsync();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            await RoundAsync();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        async ValueTask RoundAsync()
        {
            Assert.Null((await total.JudgeAsync(exchange.Context)).Refusal);
            Assert.Null((await ofUser.JudgeAsync(exchange.Context)).Refusal);
            Assert.NotNull((await total.JudgeAsync(exchange.Context)).Refusal);
            Assert.NotNull((await ofUser.JudgeAsync(exchange.Context)).Refusal);
            await exchange.EndAsync();
        }
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(256L << 20, 341)]
    [InlineData(1L << 30, 1365)]
    [InlineData(64L << 30, 10_000)]
    public void Total_is_by_default_what_a_quarter_of_the_memory_holds(long memory, int most) => Assert.Equal(most, InFlightOptions.Of(memory));

    private InFlightStep Total(int most) => new(new RateLimitOptions { InFlight = new InFlightOptions { Total = most } }, _services.GetRequiredService<ProxyMetrics>());

    private static InFlightOfUserStep OfUser(int most) => new(new RateLimitOptions { InFlight = new InFlightOptions { PerUser = most } });

    private static async Task<Exchange> EnterAsync(IStep step, string user = "one")
    {
        var exchange = new Exchange(user);
        Assert.Null((await step.JudgeAsync(exchange.Context)).Refusal);
        return exchange;
    }

    /// <summary>A request whose end the test decides.</summary>
    private sealed class Exchange
    {
        private readonly Ending _ending = new();

        public Exchange(string user = "one", string issuer = "main")
        {
            Context.Features.Set<IHttpResponseFeature>(_ending);
            Context.Features.Set(Callers.Of(user, issuer));
        }

        public DefaultHttpContext Context { get; } = new();

        public Task EndAsync() => _ending.EndAsync();
    }

    private sealed class Ending : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _callbacks = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => _callbacks.Push((callback, state));

        public async Task EndAsync()
        {
            while (_callbacks.TryPop(out var entry))
                await entry.Callback(entry.State);
        }
    }
}
