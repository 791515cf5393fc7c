using Fabraix.Proxy.Health;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Status;

internal static class StatusServices
{
    public static void AddStatus(this IServiceCollection services, StopOptions stop, ManagementOptions management)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Configured>(provider, stop, management));
        services.AddSingleton<StatusReader>().AddSingleton<IManagementEndpoint, StatusEndpoint>();
        foreach (var file in PageFile.All)
            services.AddSingleton<IManagementEndpoint>(file);
        services.AddHostedService<QuotaSampler>();
    }
}
