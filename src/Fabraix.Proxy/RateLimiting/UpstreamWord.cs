namespace Fabraix.Proxy.RateLimiting;

/// <summary>What the upstream last said of a key's quota, which may know of calls that never passed this proxy: at most so many more until then.</summary>
/// <param name="Left">Requests.</param>
/// <param name="Until">Microseconds on the limiter's clock; 0 where it has said nothing.</param>
/// <param name="Refused">Whether it said so by refusing: then an answer to an earlier request, which comes late, opens nothing.</param>
/// <param name="Said">When it said so.</param>
internal readonly record struct UpstreamWord(int Left, long Until, bool Refused, long Said)
{
    /// <summary>Microseconds until calls can succeed again; null where they can.</summary>
    public long? Wait(long now) => Left <= 0 && Until > now ? Until - now : null;

    public UpstreamWord Less() => Left > 0 ? this with { Left = Left - 1 } : this;

    /// <summary>A request that was let through then never went up. What was said since does not count it.</summary>
    public UpstreamWord More(long at) => !Refused && at >= Said && at < Until ? this with { Left = Left + 1 } : this;

    public UpstreamWord With(int remaining, bool refused, long now, long reset) => Refused && Until > now
        ? this with { Until = refused ? Math.Max(Until, now + reset) : Until }
        : new UpstreamWord(remaining, now + reset, refused, now);
}
