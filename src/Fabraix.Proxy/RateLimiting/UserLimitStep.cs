using System.Globalization;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether the user has asked too often, and tells in the answer how much is left (IETF httpapi draft "RateLimit header fields for HTTP"). In the same
/// question it takes room in the key's quota, whose answer <see cref="KeyQuotaStep"/> gives: all windows are judged at once. It follows the scope: what the
/// user may not do costs them nothing. It refuses with 429, and leaves the <see cref="QuotaLease"/>.
/// </summary>
internal sealed class UserLimitStep(ILimiter limiter, LimitPlan plan, RateLimitOptions options, TimeProvider time) : IStep
{
    private readonly StringValues _policy = string.Join(", ", plan.User.Select(window =>
        string.Create(CultureInfo.InvariantCulture, $"\"{window.Name}\";q={window.Quota};w={(int)window.Length.TotalSeconds}")));

    public string Name => "user limit";

    public async ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var caller = context.Features.GetRequiredFeature<Caller>();
        var address = context.Features.Get<AddressLease>();
        var question = new LimitQuestion(caller.Digest, address?.Address ?? 0, options.WeightOf(caller.Group), plan.Of(context.Features.GetRequiredFeature<RouteRule>()));
        var answer = await limiter.AskAsync(question);
        if (answer.Outcome == LimitOutcome.Admitted)
            address?.Count();
        Tell(context.Response.Headers, answer.User);
        switch (answer.Outcome)
        {
            case LimitOutcome.AddressFull:
                return AddressLimitStep.Refuse(answer);
            case LimitOutcome.UserFull:
                return new Refusal(ProxyError.UserRateLimited, "user limit: window is full") { RetryAfter = RetryJitter.Add(answer.Seconds) };
            default:
                var lease = new QuotaLease(limiter, plan, question, answer, time);
                context.Features.Set(lease);
                context.Response.RegisterForDispose(lease);
                return Verdict.Pass;
        }
    }

    private void Tell(IHeaderDictionary headers, Usage? user)
    {
        if (user is not { } usage)
            return;
        headers[ProxyHeaders.RateLimitPolicy] = _policy;
        headers[ProxyHeaders.RateLimit] = string.Create(CultureInfo.InvariantCulture, $"\"{usage.Window.Name}\";r={usage.Remaining};t={LimitAnswer.WholeSeconds(usage.Wait)}");
    }
}
