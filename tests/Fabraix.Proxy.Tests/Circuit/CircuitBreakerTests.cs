using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Circuit;

/// <summary>When nothing goes upstream any more, and when it does again (docs/decisions/circuit-counts-missing-answers.md).</summary>
public sealed class CircuitBreakerTests
{
    private static readonly Refusal Refused = new(ProxyError.UpstreamUnreachable, "upstream: connection refused or broken");
    private static readonly Refusal Silent = new(ProxyError.UpstreamTimeout, "upstream: no byte of the answer within Timeout");
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreaker _circuit;

    public CircuitBreakerTests() => _circuit = new CircuitBreaker(_time, NullLogger<CircuitBreaker>.Instance);

    [Fact]
    public void Opens_after_five_failures_that_no_request_can_cause()
    {
        Fail(4);
        Assert.NotNull(_circuit.Enter(User(1)));

        Fail(1);
        Assert.Null(_circuit.Enter(User(1)));
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void Stays_closed_while_an_answer_comes_between()
    {
        for (var i = 0; i < 20; i++)
        {
            Fail(4);
            _circuit.Answered(_circuit.Enter(User(1))!);
        }

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Stays_closed_while_no_thirty_seconds_hold_five_failures()
    {
        for (var i = 0; i < 20; i++)
        {
            Fail(1);
            _time.Advance(TimeSpan.FromSeconds(7.5));
        }

        Assert.Equal(CircuitState.Closed, _circuit.State);
        Fail(1);
        Assert.Equal(CircuitState.Closed, _circuit.State);
        Fail(1);
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void Stays_closed_however_often_one_users_requests_get_no_answer()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Fail(1, by: User(1));
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Opens_when_the_requests_of_five_users_get_none()
    {
        for (var user = 1; user <= 4; user++)
            Fail(3, by: User(user));
        Assert.Equal(CircuitState.Closed, _circuit.State);

        Fail(1, by: new Asker("other", "user-1"));
        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void Forgets_whose_requests_got_none_when_anybodys_gets_one()
    {
        for (var user = 1; user <= 4; user++)
            Fail(1, by: User(user));
        _circuit.Answered(_circuit.Enter(User(9))!);
        Fail(1, by: User(5));

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Says_while_it_is_open_what_opened_it_and_when_to_come_back()
    {
        Fail(4);
        Fail(1, Silent);

        var refusal = _circuit.Refuse();
        Assert.Equal((Silent.Error, Silent.ProxyStatus, "circuit: open"), (refusal.Error, refusal.ProxyStatus, refusal.Rule));
        Assert.InRange(refusal.RetryAfter!.Value, 4, 6);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.InRange(_circuit.Refuse().RetryAfter!.Value, 1, 3);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(_circuit.Refuse().RetryAfter!.Value, 1, 2);
        Assert.Equal("no answer for 63 s (http_response_timeout)", _circuit.Problem);
    }

    [Fact]
    public void Lets_nobody_try_for_four_seconds_and_one_after_five()
    {
        Fail(5);

        _time.Advance(TimeSpan.FromSeconds(4) - Tick);
        Assert.Null(_circuit.Enter(User(1)));
        _time.Advance(TimeSpan.FromSeconds(1) + Tick);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Assert.True(_circuit.Enter(User(1))?.IsProbe);
        Assert.Null(_circuit.Enter(User(2)));
        Assert.Null(_circuit.Enter(Asker.Operator));
    }

    [Fact]
    public void Closes_when_the_probe_gets_an_answer()
    {
        var probe = Probe();
        _circuit.Answered(probe);
        _circuit.Release(probe);

        Assert.False(_circuit.Enter(User(1))?.IsProbe);
        Assert.Equal((CircuitState.Closed, null), (_circuit.State, _circuit.Problem));
        Fail(4);
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Stays_open_twice_as_long_when_the_probe_gets_none_but_no_longer_than_30_seconds()
    {
        Fail(5);
        foreach (var pause in new[] { 5, 10, 20, 30, 30 })
        {
            _time.Advance(TimeSpan.FromSeconds(pause * 0.8) - Tick);
            Assert.Null(_circuit.Enter(User(1)));
            _time.Advance(TimeSpan.FromSeconds(pause * 0.2) + Tick);
            _circuit.Failed(_circuit.Enter(User(1))!, Refused, by: null);
        }
    }

    [Fact]
    public void Begins_with_the_short_pause_again_when_it_opens_again()
    {
        var probe = Probe();
        _circuit.Failed(probe, Refused, by: null);
        _time.Advance(TimeSpan.FromSeconds(10));
        _circuit.Answered(_circuit.Enter(User(1))!);

        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(_circuit.Enter(User(1)));
    }

    [Fact]
    public void Gives_the_place_of_a_probe_whose_client_went_away_to_the_next()
    {
        var probe = Probe();
        _circuit.Release(probe);
        _circuit.Release(probe);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);

        var next = _circuit.Enter(User(2))!;
        _circuit.Release(probe);
        Assert.Null(_circuit.Enter(User(3)));
        _circuit.Answered(probe);
        _circuit.Failed(probe, Refused, by: null);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        _circuit.Answered(next);
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Is_neither_closed_nor_opened_by_what_was_sent_before_it_changed()
    {
        var early = _circuit.Enter(User(1))!;
        var probe = Probe();
        _circuit.Answered(early);
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);

        _circuit.Answered(probe);
        for (var i = 0; i < 20; i++)
            _circuit.Failed(early, Silent, User(i));
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    /// <summary>Else the one whose requests the upstream cannot answer would keep everybody else out.</summary>
    [Fact]
    public void Is_kept_open_by_one_users_failing_probes_only_once()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(5));
        _circuit.Failed(_circuit.Enter(User(1))!, Silent, User(1));
        Assert.Equal(CircuitState.Open, _circuit.State);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_circuit.Enter(User(1)));
        _time.Advance(CircuitBreaker.FirstPause);
        _circuit.Failed(_circuit.Enter(User(1))!, Silent, User(1));
        Assert.Equal(CircuitState.HalfOpen, _circuit.State);
        Assert.Null(_circuit.Enter(User(1)));
        _circuit.Answered(_circuit.Enter(User(2))!);
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Lets_those_who_opened_it_try_last_but_does_let_them()
    {
        for (var user = 1; user <= 5; user++)
            Fail(1, by: User(user));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(_circuit.Enter(User(1)));
        _time.Advance(CircuitBreaker.FirstPause);
        _circuit.Answered(_circuit.Enter(User(1))!);
        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Is_not_kept_open_ever_longer_by_ever_more_users()
    {
        Fail(5);
        for (var user = 0; user < 64; user++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            _circuit.Failed(_circuit.Enter(User(user))!, Silent, User(user));
        }

        _time.Advance(TimeSpan.FromSeconds(30));
        _circuit.Failed(_circuit.Enter(User(64))!, Silent, User(64));
        Assert.NotNull(_circuit.Enter(User(65)));
    }

    [Fact]
    public void Lets_one_try_when_many_come_at_once()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(5));
        var probes = 0;
        Parallel.For(0, 1_000, i =>
        {
            if (_circuit.Enter(User(i)) is not null)
                Interlocked.Increment(ref probes);
        });

        Assert.Equal(1, probes);
    }

    [Fact]
    public void Counts_openings_by_what_was_wrong_and_not_each_failing_probe()
    {
        _circuit.Failed(Probe(), Refused, by: null);
        _time.Advance(TimeSpan.FromSeconds(10));
        _circuit.Answered(_circuit.Enter(User(1))!);
        Fail(5, Silent);

        Assert.Equal([("connection_refused", 1L), ("http_response_timeout", 1L)], _circuit.Openings);
    }

    [Fact]
    public void Costs_no_memory_while_all_is_well()
    {
        _circuit.Answered(_circuit.Enter(User(1))!);
        var user = User(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _circuit.Answered(_circuit.Enter(user)!);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Asker User(int number) => new("main", $"user-{number}");

    private void Fail(int times, Refusal? why = null, Asker? by = null)
    {
        for (var i = 0; i < times; i++)
            _circuit.Failed(_circuit.Enter(by ?? User(1))!, why ?? Refused, by);
    }

    private Passage Probe()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromSeconds(5));
        return _circuit.Enter(User(1))!;
    }
}
