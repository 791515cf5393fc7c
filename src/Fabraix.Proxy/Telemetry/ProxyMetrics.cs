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

    public ProxyMetrics(IMeterFactory factory) => _meter = factory.Create(MeterName);

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
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>A counter that others keep, with a value for each of a closed set of labels.</summary>
    public void Tally(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, read, unit, description);

    public Counter<long> Counter(string name, string unit, string description) => _meter.CreateCounter<long>(name, unit, description);

    public void Dispose() => _meter.Dispose();
}
