using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Telemetry;

public sealed class DecisionTallyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DecisionTally _tally;

    public DecisionTallyTests() => _tally = new DecisionTally(_time);

    [Fact]
    public void Says_nothing_of_what_never_happened() => Assert.Empty(_tally.All);

    [Fact]
    public void Counts_each_decision_by_itself_with_the_last_ones_time_and_rule()
    {
        Count("token_invalid", "token: no kid");
        Count("forwarded");
        _time.Advance(TimeSpan.FromMinutes(3));
        var last = _time.GetUtcNow();
        Count("token_invalid", "token: issuer is not configured");
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            [new Decision("forwarded", 1, _tally.Since, Rule: null), new Decision("token_invalid", 2, last, "token: issuer is not configured")],
            _tally.All.OrderBy(decision => decision.Code, StringComparer.Ordinal));
    }

    [Fact]
    public void Forgets_the_count_of_what_is_an_hour_old_and_keeps_when_it_was()
    {
        Count("overloaded");
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, Assert.Single(_tally.All).LastHour);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0L, _tally.Since), (Assert.Single(_tally.All).LastHour, Assert.Single(_tally.All).LastAt));
    }

    [Fact]
    public void A_minute_takes_the_place_of_the_one_an_hour_before_it()
    {
        for (var minute = 0; minute < 125; minute++)
        {
            Count("overloaded");
            Count("overloaded");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        // The present minute has seen none yet.
        Assert.Equal(59 * 2, Assert.Single(_tally.All).LastHour);
    }

    [Fact]
    public async Task Loses_no_count_to_another_thread()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                Count("token_missing", "token: none");
        })));

        Assert.Equal(160_000, Assert.Single(_tally.All).LastHour);
    }

    [Fact]
    public void Knows_every_error_of_the_contract()
    {
        foreach (var error in ProxyError.All)
            Count(error.Code);

        Assert.Equal(ProxyError.All.Select(error => error.Code).Order(StringComparer.Ordinal), _tally.All.Select(decision => decision.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Does_not_grow_by_what_is_no_decision()
    {
        Count("made-up");

        Assert.Empty(_tally.All);
    }

    private void Count(string code, string? rule = null) => _tally.Count(new RequestRecord { Code = code, Rule = rule });
}
