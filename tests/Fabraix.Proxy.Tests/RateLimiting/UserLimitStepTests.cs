using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Tests.Authorization;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>IETF httpapi draft "RateLimit header fields for HTTP".</summary>
public sealed class UserLimitStepTests
{
    [Fact]
    public async Task Tells_policy_and_rest_in_each_answer()
    {
        var step = Step([Window.Minute("user", 60), Window.Hour("user", 1000)]);

        var (context, code) = await Ask(step, "user-1");

        Assert.Null(code);
        Assert.Equal("\"user-minute\";q=60;w=60, \"user-hour\";q=1000;w=3600", context.Response.Headers["RateLimit-Policy"]);
        Assert.Equal("\"user-minute\";r=59;t=60", context.Response.Headers["RateLimit"]);
    }

    [Fact]
    public async Task Refuses_past_the_quota_and_tells_when_to_come_back()
    {
        var step = Step([Window.Minute("user", 1)]);
        await Ask(step, "user-1");

        var (context, code) = await Ask(step, "user-1");

        Assert.Equal("user_rate_limited 60", code);
        Assert.Equal("\"user-minute\";r=0;t=60", context.Response.Headers["RateLimit"]);
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
        var (context, code) = await Ask(Step([]), "user-1");

        Assert.Null(code);
        Assert.Empty(context.Response.Headers);
    }

    private static UserLimitStep Step(Window[] windows) => new(new RateLimitOptions { PerUser = windows }, new FakeTimeProvider());

    private static async Task<(HttpContext Context, string? Code)> Ask(UserLimitStep step, string subject, string issuer = "main")
    {
        var context = new DefaultHttpContext();
        context.Features.Set(Callers.Of(subject, issuer));
        var refusal = (await step.JudgeAsync(context)).Refusal;
        return (context, refusal is null ? null : $"{refusal.Error.Code} {refusal.RetryAfter}");
    }
}
