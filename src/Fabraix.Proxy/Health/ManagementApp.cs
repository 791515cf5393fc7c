using System.Text.Json;
using Fabraix.Proxy.Edge;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry.Metrics;

namespace Fabraix.Proxy.Health;

/// <summary>
/// The management listener: a second application with its own server, so that no routing mistake can ever show it to a
/// browser. <c>/healthz/live</c>, <c>/healthz/ready</c> and <c>/metrics</c>; everything else is 404. Where it listens on loopback,
/// a request that names another host is 421 (RFC 9110 section 15.5.20).
/// </summary>
internal static class ManagementApp
{
    public static WebApplication Build(ManagementOptions options, Readiness readiness, MeterProvider meters, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Url).ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 0;
            server.Limits.MaxConcurrentConnections = 100;
        });
        builder.Services.AddSingleton<IHostLifetime, PassiveLifetime>();
        logging(builder.Logging);

        var app = builder.Build();
        var local = ListenAddress.IsLoopback(BindingAddress.Parse(options.Url).Host);
        app.Use((context, next) =>
        {
            // Probes and scrapes are not requests of anybody's.
            context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";

            // A page whose name was pointed at this machine (DNS rebinding) sends its own name.
            if (!local || ListenAddress.IsLoopback(context.Request.Host.Host))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        });
        app.UseOpenTelemetryPrometheusScrapingEndpoint(meters, static context => IsGet(context, "/metrics"), path: null, configureBranchedPipeline: null, optionsName: null);
        app.Run(context => AnswerAsync(context, readiness));
        return app;
    }

    private static async Task AnswerAsync(HttpContext context, Readiness readiness)
    {
        if (IsGet(context, "/healthz/live"))
        {
            await WriteAsync(context, StatusCodes.Status200OK, new ReadinessReport("live", []));
            return;
        }

        if (!IsGet(context, "/healthz/ready"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await WriteAsync(context, readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, readiness.Report());
    }

    private static bool IsGet(HttpContext context, string path) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Equals(path, StringComparison.Ordinal);

    private static Task WriteAsync(HttpContext context, int status, ReadinessReport report)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, report, ReadinessJson.Default.ReadinessReport, context.RequestAborted);
    }
}
