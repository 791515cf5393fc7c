using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// The proxy's own instruments. Every label's values form a closed set: configured names, and codes of the contract. Requests
/// are counted by the server's own histogram, <c>http.server.request.duration</c> (OpenTelemetry semantic conventions), which
/// this gives the route, by path and by name, the decision, and what was wrong.
/// </summary>
internal sealed class ProxyMetrics : IDisposable
{
    public const string MeterName = "Fabraix.Proxy";

    private readonly Meter _meter;

    // What is observed now, by the instrument's name: an instrument can be made once, and what it observes changes with the configuration.
    private readonly ConcurrentDictionary<string, object> _observed;
    private List<Action>? _held;

    public ProxyMetrics(IMeterFactory factory) => (_meter, _observed) = (factory.Create(MeterName), new(StringComparer.Ordinal));

    private ProxyMetrics(ProxyMetrics process) => (_meter, _observed, _held) = (process._meter, process._observed, []);

    /// <summary>The same instruments for one configuration, whose own observations nobody sees before <see cref="Show"/>: it may yet be refused.</summary>
    public ProxyMetrics Behind() => new(this);

    /// <summary>Puts its observations in place of those of the same name.</summary>
    public void Show()
    {
        foreach (var observe in Interlocked.Exchange(ref _held, null) ?? [])
            observe();
    }

    public static void Tag(HttpContext context, RequestRecord record)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is not { } request)
            return;

        // The server would take the route from its own routing, which this pipeline does not use.
        if (record.Path is { } path)
            request.Tags.Add(new("http.route", path));
        if (ServerSpan.ErrorType(context, record) is { } error)
            request.Tags.Add(new("error.type", error));
        request.Tags.Add(new("fabraix.route", record.Route));
        request.Tags.Add(new("fabraix.decision", record.Code));
    }

    /// <summary>A gauge with a value for each of a closed set of labels.</summary>
    public void Gauge(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        Observe(name, read, current => _meter.CreateObservableGauge(name, current, unit, description));

    /// <summary>A counter that others keep, with a value for each of a closed set of labels.</summary>
    public void Tally(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        Observe(name, read, current => _meter.CreateObservableCounter(name, current, unit, description));

    /// <summary>A counter of that name: the meter makes it once.</summary>
    public Counter<long> Counter(string name, string unit, string description) => _meter.CreateCounter<long>(name, unit, description);

    public void Dispose() => _meter.Dispose();

    private void Observe<T>(string name, Func<IEnumerable<Measurement<T>>> read, Action<Func<IEnumerable<Measurement<T>>>> create)
        where T : struct
    {
        if (_held is { } held)
            held.Add(() => Put(name, read, create));
        else
            Put(name, read, create);
    }

    private void Put<T>(string name, Func<IEnumerable<Measurement<T>>> read, Action<Func<IEnumerable<Measurement<T>>>> create)
        where T : struct
    {
        if (_observed.TryAdd(name, read))
            create(() => ((Func<IEnumerable<Measurement<T>>>)_observed[name])());
        else
            _observed[name] = read;
    }
}
