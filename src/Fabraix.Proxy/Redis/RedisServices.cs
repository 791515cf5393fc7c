using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Redis;

internal static class RedisServices
{
    /// <summary>Adds nothing where the store is memory: whoever can use a <see cref="RedisStore"/> takes an optional one.</summary>
    public static void AddRedis(this IServiceCollection services, RedisOptions? options)
    {
        if (options is null)
            return;
        if (options.Password is { } reference)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RedisPassword>(provider, reference));
            services.AddSingleton<HeldSecret>(provider => provider.GetRequiredService<RedisPassword>());
        }

        services.AddSingleton(options).AddSingleton<RedisConnection>().AddSingleton<RedisStore>();
    }

    public static IServiceCollection AddRedisWorkers(this IServiceCollection services, RedisOptions? options) =>
        options is null ? services : services.AddHostedService<RedisProbe>();
}
