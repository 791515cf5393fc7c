using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether one more request may be under way. It follows the steps that answer at once and hold nothing, the preflight among them, so that a page can read
/// its refusal; and stands before the first that remembers, computes or waits. It refuses with 503; a request leaves when its answer has ended, however it ended.
/// </summary>
internal sealed class InFlightStep : IStep
{
    private static readonly Refusal Full = new(ProxyError.Overloaded, "in flight: RateLimits:InFlight:Total");

    private readonly int _most;
    private readonly StrongBox<int> _now;

    /// <param name="options">How many may be.</param>
    /// <param name="metrics">Tells how many are.</param>
    /// <param name="earlier">The step of the configuration before, whose requests are still under way.</param>
    public InFlightStep(RateLimitOptions options, ProxyMetrics metrics, InFlightStep? earlier = null)
    {
        (_most, _now) = (options.InFlight.Total, earlier?._now ?? new StrongBox<int>());
        metrics.Gauge("fabraix.proxy.requests.in_flight", "{request}", "Requests under way.", () => [new Measurement<double>(Now)]);
        metrics.Gauge("fabraix.proxy.requests.in_flight.limit", "{request}", "Most requests under way at once.", () => [new Measurement<double>(_most)]);
    }

    public string Name => "in flight";

    internal int Now => Volatile.Read(ref _now.Value);

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        // In a flood nearly every request ends here, and writes nothing that other processors read.
        if (Now >= _most)
            return Verdict.Refuse(Full);
        if (Interlocked.Increment(ref _now.Value) > _most)
        {
            Interlocked.Decrement(ref _now.Value);
            return Verdict.Refuse(Full);
        }

        context.Response.OnCompleted(Leave, _now);
        return Verdict.Pass;
    }

    private static Task Leave(object now)
    {
        Interlocked.Decrement(ref ((StrongBox<int>)now).Value);
        return Task.CompletedTask;
    }
}
