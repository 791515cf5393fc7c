namespace Fabraix.Proxy.RateLimiting;

/// <summary>One request's place in its key's quota, or why it has none. A place that was not used is given back when the request ends.</summary>
internal sealed class QuotaLease(ILimiter limiter, LimitPlan plan, LimitQuestion question, LimitAnswer answer, TimeProvider time) : IDisposable
{
    private readonly long _asked = time.GetTimestamp();
    private bool _sent;

    public LimitAnswer Answer => answer;

    /// <summary>Seconds until the user's own windows have room, if they have none now.</summary>
    public int? OwnWait => answer.User is { Remaining: 0 } usage ? LimitAnswer.WholeSeconds(usage.Wait) : null;

    /// <summary>The request goes upstream: from here on it counts, whatever comes of it.</summary>
    public void Send()
    {
        _sent = true;

        // Whose body came slowly reaches the upstream late, and would count there when it counts here no more: a user could so bring its 429 on everybody.
        if (time.GetElapsedTime(_asked) > plan.ShortestBucket)
            limiter.Renew(question, answer);
    }

    /// <summary>Takes the upstream's word for what is left.</summary>
    public void Learn(int remaining, bool refused, TimeSpan reset) => limiter.Learn(question.Route.Key, remaining, refused, reset);

    public void Dispose()
    {
        if (!_sent && answer.Outcome == LimitOutcome.Admitted)
            limiter.Return(question, answer);
    }
}
