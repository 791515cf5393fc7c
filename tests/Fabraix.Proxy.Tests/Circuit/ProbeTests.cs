using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Circuit;

/// <summary>Whose probe it is, where probes come to nothing.</summary>
public sealed class ProbeTests
{
    private static readonly Asker One = new("main", "one");

    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreaker _circuit;

    public ProbeTests()
    {
        _circuit = new CircuitBreaker(_time, NullLogger<CircuitBreaker>.Instance);
        for (var i = 0; i < FailureRow.Enough; i++)
            _circuit.Failed(_circuit.Enter(One)!, new Refusal(ProxyError.UpstreamUnreachable, "test"), by: null);
        _time.Advance(CircuitBreaker.FirstPause);
    }

    /// <summary>Else one who goes away each time before the upstream's time is up would keep the circuit open for all.</summary>
    [Fact]
    public void Lets_others_try_before_one_whose_probe_came_to_nothing()
    {
        _circuit.Release(_circuit.Enter(One)!);

        Assert.Null(_circuit.Enter(One));
        Assert.NotNull(_circuit.Enter(new Asker("main", "other")));
    }

    [Fact]
    public void Lets_the_same_one_try_again_where_nobody_else_comes()
    {
        _circuit.Release(_circuit.Enter(One)!);
        _time.Advance(CircuitBreaker.FirstPause);

        _circuit.Answered(_circuit.Enter(One)!);
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }
}
