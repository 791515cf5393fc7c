namespace Fabraix.TestKit.Stores;

/// <summary>How a fake misbehaves towards those whose identity is good.</summary>
internal enum FaultKind
{
    None,

    /// <summary>Says in its service's own way that there were too many requests.</summary>
    Throttle,

    /// <summary>Takes the request and does not answer until another fault is set; then it answers as if nothing had been.</summary>
    Hang,

    /// <summary>500, in its service's own words.</summary>
    ServerError,

    /// <summary>Does not listen, and drops whoever was connected.</summary>
    RefuseConnections,

    /// <summary>Declares the whole length of its good answer, sends half of it and closes.</summary>
    HalfAnswer,

    /// <summary>200 with a page for people, as a gateway in between would send it.</summary>
    NotJson,

    /// <summary>Its good answer, still lawful JSON, behind 2 MiB of white space.</summary>
    Oversized,
}

/// <param name="RetryAfterSeconds">Told where the service tells it; those of AWS do not.</param>
internal sealed record Fault(FaultKind Kind, int RetryAfterSeconds = 0)
{
    public static Fault None { get; } = new(FaultKind.None);

    public static Fault Hang { get; } = new(FaultKind.Hang);

    public static Fault ServerError { get; } = new(FaultKind.ServerError);

    public static Fault RefuseConnections { get; } = new(FaultKind.RefuseConnections);

    public static Fault HalfAnswer { get; } = new(FaultKind.HalfAnswer);

    public static Fault NotJson { get; } = new(FaultKind.NotJson);

    public static Fault Oversized { get; } = new(FaultKind.Oversized);

    public static Fault Throttle(int retryAfterSeconds) => new(FaultKind.Throttle, retryAfterSeconds);
}
