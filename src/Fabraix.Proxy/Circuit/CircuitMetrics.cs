using System.Diagnostics.Metrics;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Circuit;

/// <summary>What the metrics say of the circuit. Labels are its three states, and words of RFC 9209.</summary>
internal static class CircuitMetrics
{
    public static void Observe(ProxyMetrics metrics, CircuitBreaker circuit)
    {
        metrics.Gauge("fabraix.proxy.circuit.state", "{circuit}", "1 for the state that the circuit to the upstream is in.", () =>
        {
            var state = circuit.State;
            return [Is(state == CircuitState.Closed, "closed"), Is(state == CircuitState.Open, "open"), Is(state == CircuitState.HalfOpen, "half_open")];
        });
        metrics.Tally("fabraix.proxy.circuit.openings", "{opening}", "How often the upstream was no longer asked, by what was wrong with it.", () =>
            circuit.Openings.Select(opening => new Measurement<long>(opening.Times, new KeyValuePair<string, object?>("fabraix.error", opening.Error))));
    }

    private static Measurement<double> Is(bool state, string name) => new(state ? 1 : 0, new KeyValuePair<string, object?>("fabraix.state", name));
}
