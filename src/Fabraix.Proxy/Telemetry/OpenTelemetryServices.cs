using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Fabraix.Proxy.Telemetry;

/// <summary>OpenTelemetry: metrics always (Prometheus reads them from the management listener), export by OTLP where an endpoint is set.</summary>
internal static class OpenTelemetryServices
{
    private static readonly string[] Meters =
        [ProxyMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ProxyMetrics>();
        var telemetry = services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters).AddPrometheusExporter();
            if (Exports(configuration, "METRICS"))
                metrics.AddOtlpExporter();
        });

        // Without somewhere to send them, spans would be made for nobody on every request.
        if (Exports(configuration, "TRACES"))
            telemetry.WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore", "System.Net.Http").AddOtlpExporter());
    }

    // OpenTelemetry specification, "OTLP exporter configuration": one endpoint for all signals, or one for each.
    private static bool Exports(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
