using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Routes;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>Plans, and questions to them.</summary>
internal static class Limiters
{
    public const int Plenty = 1_000_000_000;

    /// <summary>The routes event and check of one key.</summary>
    public static LimitPlan Plan(KeyQuota? quota = null, Window[]? user = null, Window[]? address = null, int reserve = 0, int? eventsPerMinute = null) => new(
        new RateLimitOptions { PerUser = user ?? [], PerAddress = address ?? [] },
        [Key(quota ?? new KeyQuota(Plenty, Plenty))],
        [Route("event") with { PerMinute = eventsPerMinute }, Route("check") with { Reserve = reserve }]);

    public static KeyOptions Key(KeyQuota quota, string name = "default") =>
        new(name, SecretReference.TryParse("env:FABRAIX_API_KEY", out var reference) ? reference : throw new InvalidOperationException()) { Quota = quota };

    public static RouteRule Route(string name) => RouteTableTests.Rule(name, "POST", $"/v1/{name}", $"{name}:write");

    public static LimitQuestion Question(this LimitPlan plan, int user = 1, string route = "event", double weight = 1) =>
        new((UInt128)user, 0, weight, plan.Of(Route(route)));

    public static LimitAnswer Ask(this MemoryLimiter limiter, LimitPlan plan, int user = 1, string route = "event", double weight = 1) =>
        limiter.Ask(plan.Question(user, route, weight), replicas: 1);
}
