namespace Fabraix.Proxy.Forwarding;

internal static class ForwardingServices
{
    /// <summary>The way to the one upstream, whatever the configuration: its connections stay.</summary>
    public static void AddUpstream(this IServiceCollection services, UpstreamOptions options)
    {
        services.AddSingleton(options);
        services.AddHttpForwarder();
        services.AddSingleton<TraceContextPropagator>();
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<UpstreamProbe>();
    }

    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddSingleton<LeakGuard>().AddSingleton<UpstreamTransform>();
        services.AddSingleton<Forwarder>();
        services.AddHostedService<KeyProber>();
    }
}
