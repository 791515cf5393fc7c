using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.RateLimiting;

internal static class RateLimitServices
{
    public static void AddRateLimits(this IServiceCollection services, RateLimitOptions options, IReadOnlyList<KeyOptions> keys, IReadOnlyList<RouteRule> routes, int shorter)
    {
        services.AddSingleton(options).AddSingleton(new LimitPlan(options, keys, routes, shorter));
        services.AddSingleton(provider => new MemoryLimiter(provider.GetRequiredService<LimitPlan>(), provider.GetRequiredService<TimeProvider>(), earlier: provider.Earlier<MemoryLimiter>()));
        services.AddSingleton(Limiter);
        services.AddSingleton<AddressLimitStep>().AddSingleton<UserLimitStep>().AddSingleton<KeyQuotaStep>();
        services.AddSingleton(provider => new InFlightStep(options, provider.GetRequiredService<ProxyMetrics>(), provider.Earlier<InFlightStep>()));
        services.AddSingleton(provider => new InFlightOfUserStep(options, provider.Earlier<InFlightOfUserStep>()));
    }

    private static ILimiter Limiter(IServiceProvider services)
    {
        var (plan, memory) = (services.GetRequiredService<LimitPlan>(), services.GetRequiredService<MemoryLimiter>());
        ILimiter limiter = services.GetService<RedisStore>() is { } store ? new RedisLimiter(plan, store, memory) : memory;
        QuotaMetrics.Observe(services.GetRequiredService<ProxyMetrics>(), plan, limiter, memory);
        return limiter;
    }
}
