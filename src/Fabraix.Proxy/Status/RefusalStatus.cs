using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Status;

/// <summary>One way in which requests ended without the upstream's whole answer.</summary>
/// <param name="Code">As pages and the log have it.</param>
/// <param name="LastHour">How often in the last hour.</param>
/// <param name="LastAt">When last.</param>
/// <param name="Rule">Which rule decided then, in the words of the documentation.</param>
internal sealed record RefusalStatus(string Code, long LastHour, DateTimeOffset LastAt, string? Rule)
{
    /// <summary>The latest first. A client that left was refused nothing.</summary>
    public static IReadOnlyList<RefusalStatus> From(IEnumerable<Decision> decisions) => [.. decisions
        .Where(decision => decision.Code is not (RequestRecord.Forwarded or RequestRecord.Preflight or RequestRecord.ClientClosed))
        .OrderByDescending(decision => decision.LastAt)
        .Select(decision => new RefusalStatus(decision.Code, decision.LastHour, decision.LastAt, decision.Rule))];
}
