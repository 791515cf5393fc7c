using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>The store as a replica has it, without the rest of a proxy.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private static readonly RedisScript Count = new("return redis.call('HINCRBY', KEYS[1], 'count', 1)");
    private readonly ServiceProvider services;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<string, long> questions = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    private StoreUnderTest(ServiceProvider services)
    {
        this.services = services;
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name == "fabraix.proxy.store.requests" && ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>())) listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => questions.AddOrUpdate((string)tags[0].Value!, 1, (_, count) => count + 1));
        listener.Start();
    }

    public RedisStore Store => services.GetRequiredService<RedisStore>();

    public LogSpy Logs { get; } = new(Capture.Process);

    /// <param name="setting">As in <c>RateLimits:Store</c>.</param>
    /// <param name="password">As in <c>RateLimits:StorePassword</c>.</param>
    public static async Task<StoreUnderTest> StartAsync(string setting, string? password = null)
    {
        var findings = new Findings();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Store"] = setting, ["StorePassword"] = password }).Build();
        var options = RedisOptions.Read(new SectionReader(configuration, "", findings)) ?? throw new InvalidDataException(string.Join("; ", findings.Mistakes));

        var services = new ServiceCollection();
        StoreUnderTest? store = null;
        services.AddSingleton(TimeProvider.System).AddMetrics().AddSingleton<ProxyMetrics>();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).Services.AddSingleton<ILoggerProvider>(_ => store!.Logs));
        services.AddSecrets(new StoreContext());
        services.AddRedis(options);
        services.AddHeldSecrets();
        services.AddRedisWorkers(options);
        store = new StoreUnderTest(services.BuildServiceProvider());
        foreach (var hosted in store.services.GetServices<IHostedService>()) await hosted.StartAsync(CancellationToken.None).InTimeAsync("the store's start");
        return store;
    }

    /// <summary>Counts up a key of the store's, or says null.</summary>
    public async Task<long?> CountAsync(string key = "test") => (long?)await Store.EvaluateAsync(Count, [Store.Key(key)], []);

    /// <summary>Asks until there is an answer: on a busy machine one may come late.</summary>
    public Task AnswersAsync(string key = "test") => Bounds.UntilAsync(async () => await CountAsync(key) is not null, "an answer", TimeSpan.FromSeconds(5));

    /// <summary>Asks until Redis is asked no more, and says how long the longest answer took.</summary>
    public async Task<TimeSpan> UntilAwayAsync()
    {
        var longest = TimeSpan.Zero;
        await Bounds.UntilAsync(async () =>
        {
            var began = clock.Elapsed;
            await CountAsync();
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (clock.Elapsed - began).Ticks));
            return !Store.IsUp;
        }, "Redis to be away");
        return longest;
    }

    /// <summary>Waits for so many more probes that come to nothing.</summary>
    public Task ProbesFailAsync(int more)
    {
        var before = Failures();
        return Bounds.UntilAsync(() => Failures() >= before + more, "probes");

        long Failures() => questions.Where(pair => pair.Key is not ("answered" or "skipped")).Sum(pair => pair.Value);
    }

    /// <summary>Within the five seconds that are promised.</summary>
    public async Task UntilBackAsync()
    {
        await Bounds.UntilAsync(() => Store.IsUp, "Redis to be back", TimeSpan.FromSeconds(5));
        await AnswersAsync();
    }

    /// <summary>While it is away nobody waits: so many questions take less time than one wait.</summary>
    public async Task AssertAsksNobodyAsync()
    {
        var began = clock.Elapsed;
        for (var i = 0; i < 1000; i++) Assert.Null(await CountAsync());
        Assert.True(clock.Elapsed - began < TimeSpan.FromMilliseconds(500), $"1000 questions took {clock.Elapsed - began}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>()) await hosted.StopAsync(CancellationToken.None).InTimeAsync("the store's stop");
        await services.DisposeAsync();
        listener.Dispose();
    }
}
