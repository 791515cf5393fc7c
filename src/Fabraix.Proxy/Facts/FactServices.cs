using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Facts;

internal static class FactServices
{
    /// <summary>Adds nothing where the store is memory: who notes facts takes an optional <see cref="SharedFacts"/>.</summary>
    public static void AddFacts(this IServiceCollection services, RedisOptions? redis)
    {
        if (redis is not null)
            services.AddSingleton<SharedFacts>();
    }

    public static IServiceCollection AddFactWorkers(this IServiceCollection services, RedisOptions? redis) =>
        redis is null ? services : services.AddHostedService<FactFollower>();
}
