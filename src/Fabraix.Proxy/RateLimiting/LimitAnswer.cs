namespace Fabraix.Proxy.RateLimiting;

/// <summary>What became of a request that asked for room.</summary>
internal enum LimitOutcome
{
    Admitted,

    /// <summary>Its address has asked too often.</summary>
    AddressFull,

    /// <summary>Its user has.</summary>
    UserFull,

    /// <summary>All users together have spent the key's quota, or what the route may use of it.</summary>
    QuotaSpent,

    /// <summary>There is some left, which users who have had less are expected to want.</summary>
    QuotaShared,

    /// <summary>The upstream itself has said that it takes no more for now.</summary>
    UpstreamSpent,
}

/// <summary>One request that asks for room.</summary>
/// <param name="User">Who: see <see cref="Tokens.Caller.Digest"/>.</param>
/// <param name="Address">From where; 0 where no address is limited.</param>
/// <param name="Weight">What the user's share counts, beside another's 1.</param>
/// <param name="Route">What for.</param>
internal readonly record struct LimitQuestion(UInt128 User, UInt128 Address, double Weight, RoutePlan Route);

/// <summary>What a limiter says to it.</summary>
/// <param name="Outcome">Whether it was counted and may go on, or why not.</param>
/// <param name="User">The state of the user's tightest window, where users are limited.</param>
/// <param name="Wait">Microseconds until it is worth to ask again.</param>
/// <param name="Way">Which of the route's ways it was counted on.</param>
/// <param name="At">When it was counted, in microseconds on the limiter's clock.</param>
/// <param name="Local">Whether this replica decided by itself.</param>
internal readonly record struct LimitAnswer(LimitOutcome Outcome, Usage? User, long Wait, int Way, long At, bool Local)
{
    /// <summary>When it was noted by this replica, in microseconds on its own clock.</summary>
    public long NotedAt { get; init; } = At;

    /// <summary>Whole seconds to wait, rounded up, at least 1.</summary>
    public int Seconds => WholeSeconds(Wait);

    public static int WholeSeconds(long micros) => (int)Math.Clamp((micros + 999_999) / 1_000_000, 1, 3600);
}

/// <summary>The state of one window.</summary>
/// <param name="Window">Which.</param>
/// <param name="Remaining">Requests left in it.</param>
/// <param name="Wait">Microseconds until the oldest requests leave it and make room.</param>
internal readonly record struct Usage(Window Window, int Remaining, long Wait)
{
    /// <summary>Whether this is the one to tell of: fewer left, or as few and for longer.</summary>
    public bool IsTighterThan(Usage? other) =>
        other is not { } known || Remaining < known.Remaining || (Remaining == known.Remaining && Wait > known.Wait);
}
