namespace Fabraix.Proxy.Simulation;

/// <summary>The clock of one run, which the run sets.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    /// <summary>In microseconds.</summary>
    public long Now { get; set; }

    public override long TimestampFrequency => Second;

    public override long GetTimestamp() => Now;
}
