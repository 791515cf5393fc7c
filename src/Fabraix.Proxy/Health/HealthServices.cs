using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Health;

internal static class HealthServices
{
    public static void AddHealth(this IServiceCollection services) => services.AddSingleton<Readiness>()
        .AddSingleton<IManagementEndpoint, LiveEndpoint>()
        .AddSingleton<IManagementEndpoint, ReadyEndpoint>();
}
