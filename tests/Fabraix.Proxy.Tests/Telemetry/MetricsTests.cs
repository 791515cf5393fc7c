using System.Diagnostics.Metrics;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tests.Configuration;
using Fabraix.Proxy.Tests.Keys;
using Fabraix.Proxy.Tests.Tokens;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Telemetry;

/// <summary>Dashboards are built on these names.</summary>
public sealed class MetricsTests
{
    [Fact]
    public void Are_these_instruments_with_these_labels()
    {
        var settings = Sample.Accepted(Sample.Good);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        using var fetcher = new KeyFetcher();
        var issuers = settings.Tokens.Issuers.Select(issuer => new Issuer(issuer, new IssuerKeys(issuer, fetcher, TimeProvider.System, NullLogger<IssuerKeys>.Instance)));
        var key = new KeyMetrics(metrics);
        var reader = new SecretReader(_ => throw new InvalidOperationException("Nothing is read."), TimeProvider.System);
        var ring = new KeyRing([.. settings.Keys.Select(options => new KeySlot(options, reader, key, TimeProvider.System, NullLogger<KeySlot>.Instance))]);
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1));
        using var drain = new Drain(new Lifetime(), TimeProvider.System, NullLogger<Drain>.Instance);
        _ = new Readiness(ring, new IssuerRegistry(issuers), [], new CircuitBreaker(TimeProvider.System, NullLogger<CircuitBreaker>.Instance), drain, new ReloadState(metrics, clock), metrics);
        key.Observe(ring);

        Assert.Equal(
            [$"fabraix.proxy.configuration.accepted s  {clock.GetUtcNow().ToUnixTimeSeconds()}", "fabraix.proxy.configuration.refused {configuration}  0", "fabraix.proxy.issuer.keys {key} fabraix.issuer=main 0", "fabraix.proxy.key.refresh_interval s fabraix.key=default 60", "fabraix.proxy.key.usable {key} fabraix.key=default 0"],
            Observed(services.GetRequiredService<IMeterFactory>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Say_of_an_issuer_how_old_its_keys_are_and_what_fetches_came_to()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        using var fetcher = new KeyFetcher();
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider();
        var options = Issuers.Options(folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256"))));
        var keys = new IssuerKeys(options, fetcher, time, NullLogger<IssuerKeys>.Instance);
        IssuerMetrics.Observe(metrics, new IssuerRegistry([new Issuer(options, keys)]));
        await keys.RefreshAsync();
        folder.Write("jwks.json", "none");
        time.Advance(TimeSpan.FromSeconds(7));
        await keys.RefreshAsync();

        Assert.Equal(
            [
                "fabraix.proxy.issuer.fetches {fetch} fabraix.issuer=main fabraix.outcome=good 1",
                "fabraix.proxy.issuer.fetches {fetch} fabraix.issuer=main fabraix.outcome=unusable 1",
                "fabraix.proxy.issuer.keys {key} fabraix.issuer=main 1",
                "fabraix.proxy.issuer.keys.age s fabraix.issuer=main 7",
            ],
            Observed(services.GetRequiredService<IMeterFactory>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Say_of_each_version_of_a_key_its_state_and_when_it_went_upstream_last()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        var keys = new ScriptedKey(new KeyMetrics(metrics));
        keys.Metrics.Observe(new KeyRing([keys.Slot]));
        await keys.ReadAsync("first-not-a-real-key@1", "second-not-a-real-key@2");
        keys.Slot.Life.Versions.Active!.Used(keys.Time.GetUtcNow());
        keys.Time.Advance(TimeSpan.FromSeconds(7));

        var first = keys.Slot.Life.Versions.Active.Label;
        var second = keys.Slot.Life.Versions.Candidate!.Label;
        Assert.Equal(
            [
                "fabraix.proxy.key.age s fabraix.key=default 7",
                "fabraix.proxy.key.refresh_interval s fabraix.key=default 60",
                "fabraix.proxy.key.usable {key} fabraix.key=default 1",
                $"fabraix.proxy.key.version {{version}} fabraix.key=default fabraix.version={first} fabraix.state=active 1",
                $"fabraix.proxy.key.version {{version}} fabraix.key=default fabraix.version={second} fabraix.state=candidate 1",
                $"fabraix.proxy.key.version.last_use s fabraix.key=default fabraix.version={first} {keys.Start.ToUnixTimeSeconds()}",
            ],
            Observed(services.GetRequiredService<IMeterFactory>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Say_what_the_circuit_does_and_how_often_it_opened()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        var circuit = new CircuitBreaker(new FakeTimeProvider(), NullLogger<CircuitBreaker>.Instance);
        CircuitMetrics.Observe(metrics, circuit);
        for (var i = 0; i < 5; i++)
            circuit.Failed(circuit.Enter(Asker.Operator)!, new Refusal(ProxyError.UpstreamUnreachable, "a rule"), by: null);

        Assert.Equal(
            [
                "fabraix.proxy.circuit.openings {opening} fabraix.error=connection_refused 1",
                "fabraix.proxy.circuit.state {circuit} fabraix.state=closed 0",
                "fabraix.proxy.circuit.state {circuit} fabraix.state=half_open 0",
                "fabraix.proxy.circuit.state {circuit} fabraix.state=open 1",
            ],
            Observed(services.GetRequiredService<IMeterFactory>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Say_how_many_requests_are_under_way_and_how_many_may_be()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ProxyMetrics(services.GetRequiredService<IMeterFactory>());
        var step = new InFlightStep(new RateLimitOptions { InFlight = new InFlightOptions { Total = 7 } }, metrics);
        Assert.Null((await step.JudgeAsync(new DefaultHttpContext())).Refusal);

        Assert.Equal(
            ["fabraix.proxy.requests.in_flight {request}  1", "fabraix.proxy.requests.in_flight.limit {request}  7"],
            Observed(services.GetRequiredService<IMeterFactory>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tag_the_servers_own_histogram_with_route_and_decision()
    {
        var context = new DefaultHttpContext();
        var tags = new RequestTags();
        context.Features.Set<IHttpMetricsTagsFeature>(tags);

        ProxyMetrics.Tag(context, new RequestRecord { Route = "event", Code = "token_expired", Rule = "a rule", Key = "default/00000000" });

        Assert.Equal([KeyValuePair.Create("fabraix.route", (object?)"event"), KeyValuePair.Create("fabraix.decision", (object?)"token_expired")], tags.Tags);
    }

    [Fact]
    public void Call_a_request_that_no_step_refused_forwarded_and_one_without_a_route_none() =>
        Assert.Equal(("none", "forwarded"), (new RequestRecord().Route, new RequestRecord().Code));

    private static List<string> Observed(IMeterFactory factory)
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ProxyMetrics.MeterName && instrument.Meter.Scope == factory)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, tags, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, tags, value));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value) =>
            seen.Add($"{instrument.Name} {instrument.Unit} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))} {value}");
    }

    private sealed class RequestTags : IHttpMetricsTagsFeature
    {
        ICollection<KeyValuePair<string, object?>> IHttpMetricsTagsFeature.Tags => Tags;

        public List<KeyValuePair<string, object?>> Tags { get; } = [];

        public bool MetricsDisabled { get; set; }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
