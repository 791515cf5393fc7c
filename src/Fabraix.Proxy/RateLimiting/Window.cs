namespace Fabraix.Proxy.RateLimiting;

/// <summary>So many requests in any span of so long a time.</summary>
/// <param name="Name">Its policy name in the RateLimit headers.</param>
/// <param name="Quota">Requests, at least 1.</param>
/// <param name="Length">The time that they are counted over; a multiple of 120 microseconds.</param>
internal sealed record Window(string Name, int Quota, TimeSpan Length)
{
    /// <summary>Microseconds in one bucket of <see cref="WindowCount"/>.</summary>
    public long Bucket { get; } = Length.Ticks / TimeSpan.TicksPerMicrosecond / WindowCount.Buckets;

    /// <summary>
    /// Buckets that count besides the present one. One more than make up the window where somebody else counts the same requests, and sees them a little later: they may be up to a bucket
    /// late without being too many there.
    /// </summary>
    public int Keep { get; init; } = WindowCount.Buckets;

    /// <summary>Microseconds in all of it.</summary>
    public long Micros => Bucket * WindowCount.Buckets;

    public static Window Minute(string whose, int quota) => new($"{whose}-minute", quota, TimeSpan.FromMinutes(1));

    public static Window Hour(string whose, int quota) => new($"{whose}-hour", quota, TimeSpan.FromHours(1));

    public Window Shorter(int times) => times == 1 ? this : new(Name, Quota, Length / times) { Keep = Keep };

    /// <summary>For requests that the upstream counts as well.</summary>
    public Window AtUpstream() => this with { Keep = WindowCount.Buckets + 1 };

    /// <summary>The bucket that a time falls into.</summary>
    public int BucketAt(long now) => (int)(now / Bucket);

    /// <summary>What of the quota one of so many replicas may use by itself; at least 1, since nobody is locked out for want of the shared store.</summary>
    public int Share(int replicas) => Math.Max(1, Quota / replicas);
}
