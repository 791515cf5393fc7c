using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Simulation;

/// <summary>The proxy's own: its limiter as it is, once for all replicas as behind a shared store, or one in each with its part of the quota as while the store is away.</summary>
internal sealed class FairPolicy : IPolicy
{
    private readonly MemoryLimiter[] _limiters;
    private readonly RoutePlan _route;

    public FairPolicy(Scenario scenario, TimeProvider time, bool shared)
    {
        var key = new KeyOptions("default", Parsed<SecretReference>(SecretReference.TryParse("env:FABRAIX_API_KEY", out var secret), secret)) { Quota = new KeyQuota(scenario.PerMinute, scenario.PerHour) };
        var rule = new RouteRule("event", "POST", Parsed<RoutePath>(RoutePath.TryParse("/v1/event", out var path), path), [], key.Name, MaxBytes: 0);
        var plan = new LimitPlan(new RateLimitOptions(), [key], [rule]);
        _route = plan.Of(rule);
        _limiters = [.. Enumerable.Range(0, shared ? 1 : scenario.Replicas).Select(_ => new MemoryLimiter(plan, time))];
    }

    public long? Ask(int user, int replica)
    {
        var answer = _limiters[replica % _limiters.Length].Ask(new LimitQuestion((UInt128)user, Address: 0, Weight: 1, _route), _limiters.Length);
        return answer.Outcome == LimitOutcome.Admitted ? null : answer.Wait;
    }

    private static T Parsed<T>(bool parsed, T? value) => parsed ? value! : throw new InvalidOperationException("A constant does not parse.");
}
