using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Circuit;

internal static class CircuitServices
{
    /// <summary>One circuit to the one upstream, whatever the configuration.</summary>
    public static void AddCircuit(this IServiceCollection services) =>
        services.AddSingleton(static provider =>
        {
            var circuit = ActivatorUtilities.CreateInstance<CircuitBreaker>(provider);
            CircuitMetrics.Observe(provider.GetRequiredService<ProxyMetrics>(), circuit);
            return circuit;
        });
}
