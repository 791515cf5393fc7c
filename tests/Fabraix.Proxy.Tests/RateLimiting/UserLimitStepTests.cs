using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Tests.Authorization;
using Fabraix.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>IETF httpapi draft "RateLimit header fields for HTTP".</summary>
public sealed class UserLimitStepTests
{
    [Fact]
    public async Task Tells_policy_and_rest_in_each_answer()
    {
        var step = Step([Window.Minute("user", 60), Window.Hour("user", 1000)]);

        var (context, code, _) = await Ask(step, "user-1");

        Assert.Null(code);
        Assert.Equal("\"user-minute\";q=60;w=60, \"user-hour\";q=1000;w=3600", context.Response.Headers["RateLimit-Policy"]);
        Assert.Matches("^\"user-minute\";r=59;t=6[01]$", context.Response.Headers["RateLimit"].ToString());
    }

    [Fact]
    public async Task Refuses_past_the_quota_and_tells_when_to_come_back()
    {
        var step = Step([Window.Minute("user", 1)]);
        await Ask(step, "user-1");

        var (context, code, after) = await Ask(step, "user-1");

        Assert.Equal("user_rate_limited", code);
        Assert.InRange(after!.Value, 60, 73);
        Assert.Matches("^\"user-minute\";r=0;t=6[01]$", context.Response.Headers["RateLimit"].ToString());
    }

    [Fact]
    public async Task Does_not_send_all_who_were_refused_back_at_once()
    {
        var step = Step([Window.Minute("user", 1)]);
        await Ask(step, "user-1");
        var seconds = new HashSet<int?>();
        for (var i = 0; i < 100; i++)
            seconds.Add((await Ask(step, "user-1")).RetryAfter);

        Assert.InRange(seconds.Count, 5, 20);
    }

    [Fact]
    public async Task Takes_the_same_subject_of_two_issuers_for_two_users()
    {
        var step = Step([Window.Minute("user", 1)]);
        await Ask(step, "user-1");

        Assert.Null((await Ask(step, "user-1", "other")).Code);
        Assert.NotNull((await Ask(step, "user-1")).Code);
    }

    [Fact]
    public async Task Says_nothing_where_no_window_is_set()
    {
        var (context, code, _) = await Ask(Step([]), "user-1");

        Assert.Null(code);
        Assert.Empty(context.Response.Headers);
    }

    [Fact]
    public async Task Leaves_a_full_quota_to_the_step_that_speaks_of_it()
    {
        var step = Step([Window.Minute("user", 10)], new KeyQuota(1, 1));
        await Ask(step, "user-1");

        var (context, code, _) = await Ask(step, "user-1");
        Assert.Null(code);
        var refusal = (await new KeyQuotaStep().JudgeAsync(context)).Refusal!;

        Assert.Equal("key_quota_exhausted", refusal.Error.Code);
        Assert.InRange(refusal.RetryAfter!.Value, 1, 4400);
    }

    private static UserLimitStep Step(Window[] windows, KeyQuota? quota = null)
    {
        var plan = Limiters.Plan(quota, windows);
        var time = new FakeTimeProvider();
        return new UserLimitStep(new MemoryLimiter(plan, time), plan, new RateLimitOptions { PerUser = windows }, time);
    }

    private static async Task<(HttpContext Context, string? Code, int? RetryAfter)> Ask(UserLimitStep step, string subject, string issuer = "main")
    {
        var context = new DefaultHttpContext();
        context.Features.Set(Callers.Of(subject, issuer));
        context.Features.Set(Limiters.Route("event"));
        var refusal = (await step.JudgeAsync(context)).Refusal;
        return (context, refusal?.Error.Code, refusal?.RetryAfter);
    }
}
