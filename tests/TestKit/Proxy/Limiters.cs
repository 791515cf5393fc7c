using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit;

/// <summary>Plans of limits for the routes event and check of one key, and questions to them.</summary>
internal static class Limiters
{
    public const int Plenty = 1_000_000_000;

    public static LimitPlan Plan(KeyQuota? quota = null, Window[]? user = null, Window[]? address = null, int reserve = 0, int? eventsPerMinute = null) => new(
        new RateLimitOptions { PerUser = user ?? [], PerAddress = address ?? [] },
        [Key(quota ?? new KeyQuota(Plenty, Plenty))],
        [Route("event") with { PerMinute = eventsPerMinute }, Route("check") with { Reserve = reserve }]);

    public static RouteRule Route(string name) =>
        new(name, "POST", RoutePath.TryParse($"/v1/{name}", out var path) ? path : throw new InvalidOperationException(), [$"{name}:write"], "default", 1024);

    public static LimitQuestion Question(this LimitPlan plan, int user = 1, string route = "event", double weight = 1, UInt128 address = default) =>
        new((UInt128)user, address, weight, plan.Of(Route(route)));

    public static LimitAnswer Ask(this MemoryLimiter limiter, LimitPlan plan, int user = 1, string route = "event", double weight = 1) =>
        limiter.Ask(plan.Question(user, route, weight), replicas: 1);

    private static KeyOptions Key(KeyQuota quota) =>
        new("default", SecretReference.TryParse("env:FABRAIX_API_KEY", out var reference) ? reference : throw new InvalidOperationException()) { Quota = quota };
}
