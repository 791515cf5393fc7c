using System.Diagnostics;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Carries W3C trace context, and nothing else: baggage holds whatever the page put into it, and is not on the list of what goes up.</summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent", "tracestate"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity?.Id is not { } id || activity.IdFormat != ActivityIdFormat.W3C || setter is null)
            return;
        setter(carrier, "traceparent", id);
        if (activity.TraceStateString is { Length: > 0 } state)
            setter(carrier, "tracestate", state);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
