namespace Fabraix.Proxy.Tests;

/// <summary>A clock that somebody sets, beside the time that nobody sets: what jumps in one stands still in the other.</summary>
internal sealed class SettableClock(DateTimeOffset wall) : TimeProvider
{
    public DateTimeOffset Wall { get; set; } = wall;

    public long Ticks { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => Ticks;

    public void Pass(TimeSpan time) => (Wall, Ticks) = (Wall + time, Ticks + time.Ticks);
}
