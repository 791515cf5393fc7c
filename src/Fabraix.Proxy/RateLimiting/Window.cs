namespace Fabraix.Proxy.RateLimiting;

/// <summary>So many requests in any span of so long a time.</summary>
/// <param name="Name">Its policy name in the RateLimit headers.</param>
/// <param name="Quota">Requests, at least 1.</param>
/// <param name="Length">The time that they are counted over.</param>
internal sealed record Window(string Name, int Quota, TimeSpan Length)
{
    public static Window Minute(string whose, int quota) => new($"{whose}-minute", quota, TimeSpan.FromMinutes(1));

    public static Window Hour(string whose, int quota) => new($"{whose}-hour", quota, TimeSpan.FromHours(1));
}
