using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.TestKit;

/// <summary>
/// A clock that tests move. What is read again and again sets its timer in the background, perhaps only after the start has
/// ended: a test that moved the clock before that would wait for ever.
/// </summary>
internal sealed class TestClock() : FakeTimeProvider(System.GetUtcNow())
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> periods = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Timer(period).TrySetResult();
        return timer;
    }

    /// <summary>Lets one period of a timer pass, as soon as there is one with it.</summary>
    public async Task PassAsync(TimeSpan period)
    {
        await Timer(period).Task.InTimeAsync($"a timer of {period}");
        Advance(period);
    }

    private TaskCompletionSource Timer(TimeSpan period) => periods.GetOrAdd(period, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
