using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.Facts;

internal static class FactServices
{
    /// <summary>Adds nothing where the store is memory: who notes facts takes an optional <see cref="SharedFacts"/>.</summary>
    public static void AddFacts(this IServiceCollection services, RedisOptions? redis)
    {
        if (redis is null)
            return;
        services.AddSingleton<SharedFacts>();
        services.AddHostedService<FactFollower>();
    }
}
