using System.Globalization;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether the user has asked too often, and tells in the answer how much is left (IETF httpapi draft "RateLimit
/// header fields for HTTP"). It follows the scope: what the user may not do costs them nothing. It refuses with 429.
/// </summary>
internal sealed class UserLimitStep(RateLimitOptions options, TimeProvider time) : IStep
{
    private readonly MemoryLimiter<(string Issuer, string Subject)> _limiter = new(options.PerUser, time);

    private readonly StringValues _policy = string.Join(", ", options.PerUser.Select(window =>
        string.Create(CultureInfo.InvariantCulture, $"\"{window.Name}\";q={window.Quota};w={(int)window.Length.TotalSeconds}")));

    public string Name => "user limit";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var caller = context.Features.GetRequiredFeature<Caller>();
        if (_limiter.Ask((caller.Issuer, caller.Subject)) is not { } usage)
            return Verdict.Pass;

        var headers = context.Response.Headers;
        headers[ProxyHeaders.RateLimitPolicy] = _policy;
        headers[ProxyHeaders.RateLimit] = string.Create(CultureInfo.InvariantCulture, $"\"{usage.Tightest.Name}\";r={usage.Remaining};t={usage.Seconds}");
        return usage.Admitted
            ? Verdict.Pass
            : Verdict.Refuse(new Refusal(ProxyError.UserRateLimited, "user limit: window is full") { RetryAfter = usage.Seconds });
    }
}
