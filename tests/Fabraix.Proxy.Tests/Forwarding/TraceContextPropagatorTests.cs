using System.Diagnostics;
using Fabraix.Proxy.Forwarding;

namespace Fabraix.Proxy.Tests.Forwarding;

/// <summary>W3C Trace Context, without W3C Baggage.</summary>
public sealed class TraceContextPropagatorTests
{
    private readonly TraceContextPropagator _propagator = new();

    [Fact]
    public void Names_only_the_fields_of_the_contract() => Assert.Equal(["traceparent", "tracestate"], _propagator.Fields);

    [Fact]
    public void Carries_the_trace_and_no_baggage()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "vendor=1";
        activity.AddBaggage("secret", "value");
        activity.Start();

        Assert.Equal([("traceparent", activity.Id), ("tracestate", "vendor=1")], Injected(activity));
    }

    [Fact]
    public void Carries_no_empty_state()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        Assert.Equal([("traceparent", activity.Id)], Injected(activity));
    }

    [Fact]
    public void Carries_nothing_without_a_trace_or_of_another_format()
    {
        using var hierarchical = new Activity("test").SetIdFormat(ActivityIdFormat.Hierarchical).Start();

        Assert.Empty(Injected(null));
        Assert.Empty(Injected(hierarchical));
    }

    [Fact]
    public void Reads_a_trace_and_no_baggage()
    {
        var headers = new Dictionary<string, string> { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ["tracestate"] = "vendor=1", ["baggage"] = "a=b" };

        _propagator.ExtractTraceIdAndState(headers, Get, out var id, out var state);

        Assert.Equal((headers["traceparent"], "vendor=1"), (id, state));
        Assert.Null(_propagator.ExtractBaggage(headers, Get));
    }

    private static void Get(object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
        (value, values) = (((Dictionary<string, string>)carrier!).GetValueOrDefault(name), null);

    private List<(string Name, string? Value)> Injected(Activity? activity)
    {
        var headers = new List<(string, string?)>();
        _propagator.Inject(activity, headers, static (carrier, name, value) => ((List<(string, string?)>)carrier!).Add((name, value)));
        return headers;
    }
}
