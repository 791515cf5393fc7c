using System.Diagnostics;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Which trace a request's span belongs to. A browser's word counts only where the configuration says so: whoever names the trace and its sampling
/// decision has every request recorded, and writes into the traces of others. Baggage, which is whatever the page put into it, is never read.
/// </summary>
internal sealed class BrowserTrace(bool trusted) : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent", "tracestate"];

    /// <summary>Nothing: what goes up is the upstream client's to write.</summary>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        if (trusted)
            _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
