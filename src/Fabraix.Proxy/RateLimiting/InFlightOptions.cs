using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.RateLimiting;

/// <summary><c>Fabraix:RateLimits:InFlight</c>: how many requests may be under way at once.</summary>
internal sealed record InFlightOptions
{
    /// <summary>The highest value that can be set: more than any machine carries.</summary>
    public const int Most = 100_000;

    private const int LeastPerUser = 100;

    // What a streaming answer may hold (contract section 7). Bodies have a budget of their own.
    private const int BytesEach = 192 * 1024;

    /// <summary>
    /// Of all users together, until the answer has ended. Default what the machine carries: 192 KiB each out of a quarter of the memory,
    /// and no more than there may be connections; from 16 to 10,000. Range 1 to 100,000.
    /// </summary>
    public int Total { get; init; }

    /// <summary>Of one user (issuer and subject). Default a quarter of Total, at least 100, and no more than Total. Range 1 to Total.</summary>
    public int PerUser { get; init; }

    public static InFlightOptions Read(SectionReader section)
    {
        var (total, perUser) = (section.Whole("Total", 1, Most), section.Whole("PerUser", 1, Most));
        if (perUser > total)
            section.Mistake("PerUser", "is more than Total.", "Set it lower, so that one user leaves something to the others.");
        section.RefuseUnknownKeys();

        var all = total ?? Math.Min(Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), ConnectionCap.ForThisMachine());
        return new InFlightOptions { Total = all, PerUser = Math.Min(perUser ?? Math.Max(LeastPerUser, all / 4), all) };
    }

    /// <param name="memory">Bytes that the process may use; answers under way get a quarter.</param>
    internal static int Of(long memory) => (int)Math.Clamp(memory / 4 / BytesEach, 16, ConnectionCap.Most);
}
