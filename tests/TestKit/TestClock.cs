using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.TestKit;

/// <summary>
/// A clock that tests move. What is done again and again sets its timer in the background, perhaps only after the start has
/// ended: a test that moved the clock before that would wait for ever.
/// </summary>
internal sealed class TestClock() : FakeTimeProvider(System.GetUtcNow())
{
    private readonly ConcurrentQueue<DateTimeOffset> due = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) due.Enqueue(GetUtcNow() + dueTime);
        return timer;
    }

    /// <summary>Lets an interval pass, as soon as there is a timer that is due at its end, or up to a tenth sooner.</summary>
    public async Task PassAsync(TimeSpan interval)
    {
        await DueAsync(interval);
        Advance(interval);
    }

    /// <summary>Waits until there is a timer that is due when this interval is over, or up to a tenth sooner.</summary>
    public Task DueAsync(TimeSpan interval) => Bounds.UntilAsync(
        () => due.Any(at => at <= GetUtcNow() + interval && at >= GetUtcNow() + (interval * 0.89)), $"a timer of {interval}");
}
