using Fabraix.Proxy.Facts;
using Microsoft.Extensions.Time.Testing;
using Named = Fabraix.Proxy.Facts.Fact;

namespace Fabraix.Proxy.Tests.Facts;

public sealed class FactMemoryTests
{
    private static readonly Named One = Named.Of("test", "one");

    private readonly FakeTimeProvider _time = new();
    private readonly FactMemory _memory;

    public FactMemoryTests() => _memory = new FactMemory(most: 100, _time);

    private DateTimeOffset Minute => _time.GetUtcNow().AddMinutes(1);

    [Fact]
    public void Knows_a_fact_until_its_end_to_the_tick()
    {
        Assert.Equal(FactOutcome.New, _memory.TryAdd(One, 7, Minute));
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.True(_memory.TryFind(One, out var value));
        Assert.Equal(7, value);
        Assert.Equal(FactOutcome.Known, _memory.TryAdd(One, 8, Minute));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_memory.TryFind(One, out _));
        Assert.Equal(FactOutcome.New, _memory.TryAdd(One, 9, Minute));
    }

    [Fact]
    public void Does_not_know_what_nobody_noted() => Assert.False(_memory.TryFind(One, out _));

    [Fact]
    public void Keeps_the_greater_value_and_the_later_end_of_a_fact_that_is_noted_twice()
    {
        var early = Minute;
        _memory.Add(One, 7, early.AddMinutes(1));
        Assert.Equal(FactOutcome.Known, _memory.Add(One, 5, early));

        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.True(_memory.TryFind(One, out var value));
        Assert.Equal(7, value);
        _memory.Add(One, 9, _time.GetUtcNow().AddMinutes(5));

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.True(_memory.TryFind(One, out value));
        Assert.Equal(9, value);
    }

    [Fact]
    public void Takes_nothing_more_when_full_and_forgets_nothing_for_it()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(FactOutcome.New, _memory.TryAdd(Named.Of("test", $"{i}"), i, Minute));

        Assert.Equal(FactOutcome.Full, _memory.TryAdd(One, 0, Minute));
        Assert.Equal(FactOutcome.Full, _memory.Add(One, 0, Minute));
        Assert.Equal(FactOutcome.Known, _memory.Add(Named.Of("test", "0"), 0, Minute));
        Assert.True(_memory.TryFind(Named.Of("test", "99"), out _));
        Assert.False(_memory.TryFind(One, out _));
    }

    [Fact]
    public void Has_room_again_when_facts_have_ended()
    {
        for (var i = 0; i < 100; i++)
            _memory.TryAdd(Named.Of("test", $"{i}"), i, Minute);
        _time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(10));

        Assert.Equal(FactOutcome.New, _memory.TryAdd(One, 0, Minute));
        Assert.Equal(1, _memory.Count);
    }

    [Fact]
    public void Takes_no_more_memory_for_a_fact_that_is_noted_anew()
    {
        for (var i = 0; i < 10_000; i++)
            _memory.Add(One, i, Minute.AddSeconds(i));

        Assert.Equal((1, 1), (_memory.Count, _memory.Listed));
    }

    [Fact]
    public void Forgets_a_fact_that_was_noted_anew_when_its_later_end_has_come()
    {
        _memory.Add(One, 0, Minute);
        _memory.Add(One, 0, Minute.AddHours(1));
        _time.Advance(TimeSpan.FromMinutes(30));
        _memory.Add(Named.Of("test", "another"), 0, Minute);
        Assert.True(_memory.TryFind(One, out _));

        _time.Advance(TimeSpan.FromMinutes(31) + TimeSpan.FromSeconds(10));
        _memory.Add(Named.Of("test", "yet another"), 0, Minute);

        Assert.Equal((1, 1), (_memory.Count, _memory.Listed));
    }

    /// <summary>A clock that is set ahead and back again must not let a proof be used twice.</summary>
    [Fact]
    public void Forgets_nothing_early_though_the_clock_jumps_ahead_and_back()
    {
        var clock = new SettableClock(_time.GetUtcNow());
        var memory = new FactMemory(most: 100, clock);
        memory.TryAdd(One, 7, Minute);
        clock.Wall += TimeSpan.FromHours(1);
        Assert.True(memory.TryFind(One, out _));
        Assert.Equal(FactOutcome.New, memory.TryAdd(Named.Of("test", "another"), 0, clock.Wall.AddMinutes(1)));

        clock.Wall -= TimeSpan.FromHours(1);

        Assert.Equal(FactOutcome.Known, memory.TryAdd(One, 8, Minute));
        Assert.True(memory.TryFind(One, out var value));
        Assert.Equal(7, value);
        clock.Pass(TimeSpan.FromMinutes(1));
        Assert.False(memory.TryFind(One, out _));
    }

    /// <summary>A token's own date is judged by the clock: what is known of it must be known for as long as that.</summary>
    [Fact]
    public void Knows_a_fact_for_as_long_as_the_clock_says_though_it_was_set_back()
    {
        var clock = new SettableClock(_time.GetUtcNow());
        var memory = new FactMemory(most: 100, clock);
        memory.TryAdd(One, 7, Minute);
        clock.Wall -= TimeSpan.FromMinutes(5);
        clock.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(FactOutcome.Known, memory.TryAdd(One, 8, Minute));

        clock.Pass(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(10));

        Assert.Equal(FactOutcome.New, memory.TryAdd(Named.Of("test", "another"), 0, clock.Wall.AddMinutes(1)));
        Assert.Equal((1, 1), (memory.Count, memory.Listed));
    }

    [Fact]
    public async Task Lets_one_of_many_be_the_first()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => _memory.TryAdd(One, 0, Minute))));

        Assert.Single(outcomes, FactOutcome.New);
    }
}
