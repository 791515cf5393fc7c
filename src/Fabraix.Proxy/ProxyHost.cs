using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Browser;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Facts;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;
using OpenTelemetry.Metrics;

namespace Fabraix.Proxy;

/// <summary>
/// The whole pipeline, in the order that a request walks it:
/// <code>
///   browser ──► request log ──► trusted X-Forwarded-* ──► security and CORS headers
///                 │
///                 ├─ tripwire                       is our own key in its head?           400, and the alarm
///                 ├─ framing ─ target ─ host        is it one plain request?              400
///                 ├─ route                          is it a listed operation?             404, 405
///                 ├─ preflight                      the browser's own question            204, 403
///                 ├─ origin                         may this page call?                   403
///                 ├─ in flight                      are too many under way?               503
///                 ├─ address limit                  too many from there?                  429
///                 ├─ token                          who calls?                            401, 503
///                 ├─ scope                          may they? ── leaves the Grant         403
///                 ├─ user in flight                 are too many of theirs?               503
///                 ├─ user limit                     too many from them?                   429
///                 ├─ body ─ body tripwire           read whole, within bounds; no key     400, 408, 413, 415, 503
///                 ├─ circuit                        does the upstream answer?             502, 504
///                 ├─ key ─ key quota                a usable secret, and room for it?     503, 429
///                 ▼
///               forwarder ──► YARP ──► upstream     key stamped, headers by list; again   502, 504
///                 │                                 with another version if refused
///                 └─ leak guard                     no answer that holds a key            502, or cut
/// </code>
/// Each line but the first and the last is an <see cref="IStep"/>, which can only refuse or let go on. Nothing else is in the
/// pipeline: the builder starts empty, and what the framework would insert by itself is placed here by hand.
/// </summary>
internal static class ProxyHost
{
    /// <summary>Builds both listeners; nothing listens before <see cref="RunningProxy.StartAsync"/>.</summary>
    public static RunningProxy Build(ProxySettings settings, IConfiguration configuration, HostSeams? seams = null)
    {
        seams ??= new HostSeams();
        var inContainer = bool.TryParse(configuration["DOTNET_RUNNING_IN_CONTAINER"], out var container) && container;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseKestrel((context, server) => server.Configure(context.Configuration.GetSection("Kestrel")))
            .ConfigureKestrel(server => KestrelLimits.Apply(server, settings.Routes.Max(route => route.MaxBytes)))
            .ConfigureKestrel(static server => server.ApplicationServices.GetRequiredService<ConnectionLimits>().Apply(server))
            .UseUrls(ListenAddress.Split(seams.Urls));
        AddLogging(builder.Logging);
        AddSteps(builder.Services, settings, seams);
        builder.Services.AddTelemetry(configuration, settings.Telemetry.TrustBrowserTrace);

        var app = builder.Build();
        UseSteps(app, settings);
        var management = ManagementApp.Build(settings.Management, app.Services.GetServices<IManagementEndpoint>(), app.Services.GetRequiredService<MeterProvider>(), AddLogging);
        return new RunningProxy(app, management);

        void AddLogging(ILoggingBuilder logging)
        {
            if (seams.Logging is { } custom)
                custom(logging);
            else
                logging.AddLogs(configuration, inContainer, seams.Time);
            logging.Silence();
        }
    }

    private static void AddSteps(IServiceCollection services, ProxySettings settings, HostSeams seams)
    {
        services.AddSingleton(seams.Time);
        services.AddSecrets(seams.Stores with { Time = seams.Time });
        services.AddRedis(settings.RateLimits.Store);
        services.AddFacts(settings.RateLimits.Store);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ConnectionLimits>(provider, seams.Connections ?? ConnectionCap.ForThisMachine()));
        services.AddSingleton(settings.Edge).AddSingleton<FramingStep>().AddSingleton<TargetStep>().AddSingleton<HostStep>();
        services.AddSingleton(new RouteTable(settings.Routes)).AddSingleton<RouteStep>();
        services.AddSingleton(settings.Browser).AddSingleton<BrowserHeaders>().AddSingleton<PreflightStep>().AddSingleton<OriginStep>();
        services.AddRateLimits(settings.RateLimits, settings.Keys, settings.Routes, seams.WindowsShorter);
        services.AddTokens(settings.Tokens);
        services.AddSingleton<ScopeStep>();
        services.AddSingleton(seams.BodyMemory is { } bytes ? new BodyBudget(bytes) : BodyBudget.ForThisMachine()).AddSingleton<BodyStep>();
        services.AddCircuit();
        services.AddKeys(settings.Keys);
        services.AddForwarding(settings.Upstream);
        if (settings.Mint is { } mint)
            services.AddMint(mint);
        services.AddHealth();
    }

    private static void UseSteps(WebApplication app, ProxySettings settings)
    {
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseTrustedForwardedHeaders(settings.Edge);
        app.UseBrowserHeaders();
        app.UseSteps(BeforeToken(app.Services));

        // Placed by hand, since the framework would put it first: a signature is checked only for a request that stands so far.
        app.UseAuthentication();
        app.UseSteps(FromToken(app.Services));
        app.Run(app.Services.GetRequiredService<Forwarder>().InvokeAsync);
    }

    /// <summary>The steps that need no token; <c>explain</c> asks the same ones.</summary>
    internal static IReadOnlyList<IStep> BeforeToken(IServiceProvider services) =>
    [
        services.GetRequiredService<TripwireStep>(),
        services.GetRequiredService<FramingStep>(),
        services.GetRequiredService<TargetStep>(),
        services.GetRequiredService<HostStep>(),
        services.GetRequiredService<RouteStep>(),
        services.GetRequiredService<PreflightStep>(),
        services.GetRequiredService<OriginStep>(),
        services.GetRequiredService<InFlightStep>(),
        services.GetRequiredService<AddressLimitStep>(),
    ];

    /// <summary>The steps that need the caller, or what only a known caller may cost.</summary>
    internal static IReadOnlyList<IStep> FromToken(IServiceProvider services) =>
    [
        services.GetRequiredService<TokenStep>(),
        services.GetRequiredService<ScopeStep>(),
        services.GetRequiredService<InFlightOfUserStep>(),
        services.GetRequiredService<UserLimitStep>(),
        services.GetRequiredService<BodyStep>(),
        services.GetRequiredService<BodyTripwireStep>(),
        services.GetRequiredService<CircuitStep>(),
        services.GetRequiredService<KeyStep>(),
        services.GetRequiredService<KeyQuotaStep>(),
    ];
}
