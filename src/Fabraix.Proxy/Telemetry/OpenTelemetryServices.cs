using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fabraix.Proxy.Telemetry;

/// <summary>OpenTelemetry: metrics always (Prometheus reads them from the management listener), export by OTLP where an endpoint is set.</summary>
internal static class OpenTelemetryServices
{
    private static readonly string[] Meters =
        [ProxyMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private const int FrameworksTimeout = 10_000;

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration, bool trustBrowserTrace)
    {
        // The collecting first: what is counted while nobody collects is lost, and counters begin with a zero that must be seen.
        services.AddSingleton(static provider =>
        {
            _ = provider.GetRequiredService<MeterProvider>();
            return new ProxyMetrics(provider.GetRequiredService<IMeterFactory>());
        });
        services.AddSingleton<DistributedContextPropagator>(new BrowserTrace(trustBrowserTrace));

        // OpenTelemetry specification, "OTLP exporter": the endpoint of all signals; the exporter takes it from the configuration by itself.
        var exports = !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = services.AddOpenTelemetry().ConfigureResource(static resource => resource.AddService("fabraix-proxy").AddEnvironmentVariableDetector()).WithMetrics(metrics =>
        {
            // A measurement taken within a recorded trace carries its id; without export nothing is recorded, and it costs a look.
            metrics.AddMeter(Meters).SetExemplarFilter(ExemplarFilterType.TraceBased)

                // Each scrape its own figures. One collection runs at a time anyway, and who comes meanwhile gets the same.
                .AddPrometheusExporter(static exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
            if (exports)
                metrics.AddOtlpExporter(Bound);
        });

        // Without somewhere to send them, spans would be made for nobody on every request.
        if (exports)
            telemetry.WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore", "System.Net.Http").AddOtlpExporter(Bound));
    }

    /// <summary>A collector that hangs must not keep the process past its grace: metrics and spans are each waited for at its end. <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> says otherwise.</summary>
    private static void Bound(OtlpExporterOptions exporter)
    {
        if (exporter.TimeoutMilliseconds == FrameworksTimeout)
            exporter.TimeoutMilliseconds = 2000;
    }
}
