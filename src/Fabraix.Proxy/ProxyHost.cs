using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Browser;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Configuration;
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
using Fabraix.Proxy.Status;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;
using OpenTelemetry.Metrics;
using Yarp.ReverseProxy.Forwarder;

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

        // Before the framework writes what it was told into it.
        var said = new ConfigurationText(configuration);
        var inContainer = bool.TryParse(configuration["DOTNET_RUNNING_IN_CONTAINER"], out var container) && container;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseKestrel((context, server) => server.Configure(context.Configuration.GetSection("Kestrel")).FollowCertificates())
            .ConfigureKestrel(server => KestrelLimits.Apply(server, settings.LargestBody))
            .ConfigureKestrel(static server => server.ApplicationServices.GetRequiredService<ConnectionLimits>().Apply(server))
            .UseUrls(configuration.GetSection("Kestrel:Endpoints").GetChildren().Any() ? [] : ListenAddress.Split(seams.Urls));
        AddLogging(builder.Logging);
        AddLasting(builder.Services, settings, seams);
        builder.Services.AddTelemetry(configuration, settings.Telemetry.TrustBrowserTrace);

        // The grace of the settings that are in use when it begins, not a constant of the framework's.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        AddRevisions(builder.Services, settings, seams, said);

        // They start after the secrets were read: Redis has one, too.
        builder.Services.AddRedisWorkers(settings.RateLimits.Store).AddFactWorkers(settings.RateLimits.Store);

        var app = builder.Build();
        var revisions = app.Services.GetRequiredService<Revisions>();
        var drain = app.Services.GetRequiredService<Drain>();
        app.Run(context =>
        {
            drain.EndConnection(context);
            return revisions.InvokeAsync(context);
        });
        var management = ManagementApp.Build(settings.Management, path => revisions.Current.EndpointsAt(path), app.Services.GetRequiredService<MeterProvider>(), AddLogging);
        return new RunningProxy(app, management, revisions, drain);

        void AddLogging(ILoggingBuilder logging)
        {
            if (seams.Logging is { } custom)
                custom(logging);
            else
                logging.AddLogs(configuration, inContainer, seams.Time);
            logging.Silence();
        }
    }

    /// <summary>What is made once for the process, and outlives every change of the configuration.</summary>
    private static void AddLasting(IServiceCollection services, ProxySettings settings, HostSeams seams)
    {
        services.AddSingleton(seams.Time);
        services.AddSecrets(seams.Stores with { Time = seams.Time });
        services.AddRedis(settings.RateLimits.Store);
        services.AddFacts(settings.RateLimits.Store);
        services.AddTokenFacts();
        services.AddKnownKeys();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ConnectionLimits>(provider, settings.Edge, seams.Connections ?? ConnectionCap.ForThisMachine()));
        services.AddCertificates();
        services.AddSingleton(seams.BodyMemory is { } bytes ? new BodyBudget(bytes) : BodyBudget.ForThisMachine());
        services.AddCircuit();
        services.AddUpstream(settings.Upstream);
        services.AddSingleton<ReloadState>().AddSingleton<Drain>().AddSingleton<DecisionTally>().AddSingleton<QuotaHistory>();
        services.AddSingleton<IHostLifetime>(static provider => Signals(provider.GetRequiredService<Drain>(), provider.GetRequiredService<Revisions>()));
    }

    private static SignalLifetime Signals(Drain drain, Revisions revisions) => new(drain, () => revisions.Current.Settings.Stop.DrainDelay);

    /// <summary>The configuration that is at work, and what follows its files.</summary>
    private static void AddRevisions(IServiceCollection services, ProxySettings settings, HostSeams seams, ConfigurationText said)
    {
        services.AddSingleton(provider => new Revisions((next, before) => Revise(next, seams, provider, before), settings));
        services.AddHostedService(static provider => provider.GetRequiredService<Revisions>());
        if (seams.Reload is not { } source)
            return;
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Reloader>(provider, source, said));
        services.AddHostedService(static provider => provider.GetRequiredService<Reloader>());
    }

    /// <summary>Puts one configuration to work beside the one before, from which it inherits.</summary>
    private static Revision Revise(ProxySettings settings, HostSeams seams, IServiceProvider lasting, Revision? before)
    {
        var services = new ServiceCollection();
        Lend(services, lasting);
        services.AddSingleton(new Heritage(before?.Services));
        AddSteps(services, settings, seams);
        var provider = services.BuildServiceProvider();
        try
        {
            var app = new ApplicationBuilder(provider);
            UseSteps(app, settings);

            // All of ours now, not with the first request: what inherits can do it only now, and a mistake shows at the start.
            foreach (var ours in services.Select(service => service.ServiceType).Where(type => type.Assembly == typeof(ProxyHost).Assembly))
                provider.GetService(ours);
            return new Revision(settings, provider, app.Build());
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>As instances: whoever borrows does not dispose.</summary>
    private static void Lend(IServiceCollection services, IServiceProvider lasting)
    {
        services.Lend<TimeProvider>(lasting).Lend<ILoggerFactory>(lasting).Lend<Drain>(lasting).Lend<ReloadState>(lasting).Lend<ServedCertificates>(lasting);
        services.Lend<DecisionTally>(lasting).Lend<QuotaHistory>(lasting);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(lasting.GetRequiredService<ProxyMetrics>().Behind());
        services.Lend<SecretReader>(lasting).Lend<SecretFollower>(lasting).Lend<HeldSecret>(lasting);
        services.Lend<RedisStore>(lasting).Lend<SharedFacts>(lasting).Lend<IKnownFacts>(lasting).Lend<KeyFetcher>(lasting).Lend<KnownKeys>(lasting).Lend<KeyAlarm>(lasting);
        services.Lend<ConnectionLimits>(lasting).Lend<BodyBudget>(lasting).Lend<CircuitBreaker>(lasting);
        services.Lend<UpstreamOptions>(lasting).Lend<IHttpForwarder>(lasting).Lend<UpstreamClient>(lasting).Lend<UpstreamProbe>(lasting);
    }

    private static IServiceCollection Lend<T>(this IServiceCollection services, IServiceProvider lasting)
        where T : class
    {
        foreach (var lent in lasting.GetServices<T>())
            services.AddSingleton(lent);
        return services;
    }

    private static void AddSteps(IServiceCollection services, ProxySettings settings, HostSeams seams)
    {
        services.AddHeldSecrets();
        services.AddSingleton(settings.Edge).AddSingleton<FramingStep>().AddSingleton<TargetStep>().AddSingleton<HostStep>();
        services.AddSingleton(new RouteTable(settings.Routes)).AddSingleton<RouteStep>();
        services.AddSingleton(settings.Browser).AddSingleton<BrowserHeaders>().AddSingleton<PreflightStep>().AddSingleton<OriginStep>();
        services.AddRateLimits(settings.RateLimits, settings.Keys, settings.Routes, seams.WindowsShorter);
        services.AddTokens(settings.Tokens);
        services.AddSingleton<ScopeStep>();
        services.AddSingleton<BodyStep>();
        services.AddSingleton<CircuitStep>();
        services.AddKeys(settings.Keys);
        services.AddForwarding();
        if (settings.Mint is { } mint)
            services.AddMint(mint);
        services.AddHealth();
        services.AddStatus(settings.Stop, settings.Management);
    }

    private static void UseSteps(ApplicationBuilder app, ProxySettings settings)
    {
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseTrustedForwardedHeaders(settings.Edge);
        app.UseBrowserHeaders();
        app.UseSteps(BeforeToken(app.ApplicationServices));

        // Placed by hand, since the framework would put it first: a signature is checked only for a request that stands so far.
        app.UseAuthentication();
        app.UseSteps(FromToken(app.ApplicationServices));
        app.Run(app.ApplicationServices.GetRequiredService<Forwarder>().InvokeAsync);
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
