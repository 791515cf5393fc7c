using Fabraix.Proxy.RateLimiting;

namespace Fabraix.Proxy.Status;

/// <summary>Looks at every shared window four times a minute.</summary>
internal sealed class QuotaSampler(LimitPlan plan, ILimiter limiter, QuotaHistory history, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not at once: a configuration that is about to be refused leaves nothing here.
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            for (var i = 0; i < plan.Shared.Length; i++)
                history.Note(plan.Shared[i].Name, limiter.UsedOf(i));
            history.Forget();
        }
    }
}
