namespace Fabraix.Proxy.Simulation;

/// <summary>Who asks for what. Greedy users ask together for more than there is; shy ones for a part of it.</summary>
/// <param name="Name">What is special about it.</param>
internal sealed record Scenario(string Name)
{
    /// <summary>An hour's quota that never binds.</summary>
    public const int Plenty = 1_000_000_000;

    private const int Events = 1_200_000;

    public int Users { get; init; } = 100;

    /// <summary>How many of the users are greedy.</summary>
    public int Greedy { get; init; } = 10;

    public int Replicas { get; init; } = 3;

    public int PerMinute { get; init; } = 600;

    public int PerHour { get; init; } = Plenty;

    /// <summary>What the shy users ask together, as a part of the quota.</summary>
    public double ShyLoad { get; init; } = 0.5;

    /// <summary>What the greedy ones do.</summary>
    public double GreedyLoad { get; init; } = 2;

    /// <summary>Requests that a shy user's page makes at once, 50 ms apart; pages come as a Poisson process.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether shy clients wait as Retry-After says, and ask again, up to three times. Others let go of a request that is refused.</summary>
    public bool ShyHeed { get; init; }

    /// <summary>Whether greedy ones do.</summary>
    public bool GreedyHeed { get; init; }

    /// <summary>Whether a user stays on one replica, as one connection does; else each request goes to any.</summary>
    public bool Sticky { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>Requests a minute that the quota allows in the long run.</summary>
    public double Rate => Math.Min(PerMinute, PerHour / 60.0);

    /// <summary>How long it lasts: long enough to count much, short enough to end in seconds.</summary>
    public int Minutes => Math.Clamp((int)(Events / (Rate * (ShyLoad + GreedyLoad))), 3, PerHour == Plenty ? 240 : 720);
}
