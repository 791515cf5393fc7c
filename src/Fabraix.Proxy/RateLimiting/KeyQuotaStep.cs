using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether the key's quota has room, as <see cref="UserLimitStep"/> was told when it asked. It follows the key: without one there is no quota to speak of.
/// It refuses with 429, so that no call goes up that the upstream would refuse, or that others have the better right to.
/// </summary>
internal sealed class KeyQuotaStep : IStep
{
    public string Name => "key quota";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var lease = context.Features.GetRequiredFeature<QuotaLease>();
        return lease.Answer.Outcome switch
        {
            LimitOutcome.Admitted => Verdict.Pass,
            LimitOutcome.QuotaShared => Refuse(lease, "key quota: what is left is for users who have had less"),
            LimitOutcome.UpstreamSpent => Refuse(lease, "key quota: the upstream takes no more for now"),
            _ => Refuse(lease, "key quota: window of key or route is full"),
        };
    }

    private static Verdict Refuse(QuotaLease lease, string rule) => Verdict.Refuse(new Refusal(ProxyError.KeyQuotaExhausted, rule)
    {
        RetryAfter = RetryJitter.Add(Math.Max(lease.Answer.Seconds, lease.OwnWait ?? 0)),
    });
}
