namespace Fabraix.Proxy.Forwarding;

internal static class ForwardingServices
{
    public static void AddForwarding(this IServiceCollection services, UpstreamOptions options)
    {
        services.AddSingleton(options);
        services.AddHttpForwarder();
        services.AddSingleton<TraceContextPropagator>();
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<LeakGuard>().AddSingleton<UpstreamTransform>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<UpstreamProbe>().AddHostedService<KeyProber>();
    }
}
