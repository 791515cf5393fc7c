using System.Diagnostics;
using System.Net;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;

namespace Fabraix.Proxy.Health;

/// <summary>
/// The management listener: a second application with its own server, so that no routing mistake can ever show it to a
/// browser. <c>/metrics</c> and a table of endpoints; any other path is 404, another method 405. A request that names a host which is not
/// meant is 421 (RFC 9110 section 15.5.20), one that a browser sent to an endpoint which is not only read is 403.
/// </summary>
internal static partial class ManagementApp
{
    private const string MetricsPath = "/metrics";
    private const long LargestBody = 16 * 1024;

    /// <summary>Requests that change or give something out and are worked on at once; probes and scrapes need no place among them.</summary>
    private const int MostAtOnce = 64;

    public static WebApplication Build(ManagementOptions options, Func<string, IEnumerable<IManagementEndpoint>> endpointsAt, MeterProvider meters, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Url).ConfigureKestrel(static server =>
        {
            server.AddServerHeader = false;
            Limit(server.Limits);
        });
        builder.Services.AddSingleton<IHostLifetime, PassiveLifetime>();

        // Under a name of its own that nobody listens to: probes and scrapes are in no trace.
        builder.Services.AddSingleton(new ActivitySource("Fabraix.Proxy.Management"));
        logging(builder.Logging);

        var app = builder.Build();
        var local = ListenAddress.IsLoopback(BindingAddress.Parse(options.Url).Host);
        app.Use((context, next) =>
        {
            // Probes and scrapes are not requests of anybody's.
            context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";

            // A page whose name was pointed at this machine (DNS rebinding) sends its own name; an address is nobody's to point, and what probes and scrapers send.
            var host = context.Request.Host.Host;
            if (ListenAddress.IsLoopback(host) || (!local && IPAddress.TryParse(host, out _)) || (options.AllowedHosts.Count > 0 ? HostStep.Allows(options.AllowedHosts, host) : !local))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("This name is not one of the management listener. Ask by its address, or add the name to Fabraix:Management:AllowedHosts.\n");
        });
        app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters,
            static context => HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Equals(MetricsPath, StringComparison.Ordinal),
            path: null,
            configureBranchedPipeline: null,
            optionsName: null);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ManagementApp));
        var places = new SemaphoreSlim(MostAtOnce);
        app.Run(context => AnswerAsync(context, endpointsAt(context.Request.Path.Value ?? ""), places, log));
        return app;
    }

    /// <summary>Backends, scrapes and probes share the connections: none may be held for long by who does nothing with it.</summary>
    internal static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxConcurrentConnections = 1000;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    private static Task AnswerAsync(HttpContext context, IEnumerable<IManagementEndpoint> atPath, SemaphoreSlim places, ILogger log)
    {
        var methods = context.Request.Path.Equals(MetricsPath, StringComparison.Ordinal) ? HttpMethods.Get : string.Join(", ", atPath.Select(endpoint => endpoint.Method));
        if (atPath.FirstOrDefault(endpoint => endpoint.Method == context.Request.Method) is not { } asked)
        {
            context.Response.StatusCode = methods.Length > 0 ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
            if (methods.Length > 0)
                context.Response.Headers.Allow = methods;
            return Task.CompletedTask;
        }

        if (HttpMethods.IsGet(asked.Method))
            return asked.HandleAsync(context);
        if (!IsBrowsers(context.Request.Headers))
            return InPlaceAsync(context, asked, places);
        Log.BrowserRefused(log, asked.Path);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static async Task InPlaceAsync(HttpContext context, IManagementEndpoint asked, SemaphoreSlim places)
    {
        if (!places.Wait(0, CancellationToken.None))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return;
        }

        try
        {
            await asked.HandleAsync(context);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>
    /// Every browser of today sends one of them with a POST (Fetch section 3.1, Fetch Metadata section 2), and no script can leave them out. Sec-Fetch-Mode alone
    /// is no browser's: Node's fetch sends it.
    /// </summary>
    private static bool IsBrowsers(IHeaderDictionary headers) => headers.ContainsKey("Origin")
        || headers.Keys.Any(name => name.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase) && !name.Equals("Sec-Fetch-Mode", StringComparison.OrdinalIgnoreCase));

    private static partial class Log
    {
        [LoggerMessage(EventIds.BrowserRefused, LogLevel.Warning, "A request to {Path} of the management listener came from a browser and was refused.")]
        public static partial void BrowserRefused(ILogger logger, string path);
    }
}
