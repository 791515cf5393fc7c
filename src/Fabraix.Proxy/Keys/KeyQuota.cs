namespace Fabraix.Proxy.Keys;

/// <summary>How many requests the upstream takes with one key.</summary>
/// <param name="PerMinute">Requests in a minute, at least 1.</param>
/// <param name="PerHour">Requests in an hour, at least 1.</param>
internal readonly record struct KeyQuota(int PerMinute, int PerHour)
{
    /// <summary>What the API documents for a key of this type; null for those that have none of their own.</summary>
    public static KeyQuota? OfType(string type) => type switch
    {
        "Development" => new KeyQuota(60, 1000),
        "Production" => new KeyQuota(600, 10_000),
        _ => null,
    };

    /// <summary>A part of it, at least 1.</summary>
    public KeyQuota Of(int percent) => new(Part(PerMinute, percent), Part(PerHour, percent));

    public KeyQuota Less(int perMinute, int perHour) => new(Math.Max(1, PerMinute - perMinute), Math.Max(1, PerHour - perHour));

    private static int Part(int quota, int percent) => Math.Max(1, (int)((long)quota * percent / 100));
}
