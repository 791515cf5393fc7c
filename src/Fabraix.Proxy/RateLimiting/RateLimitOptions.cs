using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Redis;

namespace Fabraix.Proxy.RateLimiting;

/// <summary><c>Fabraix:RateLimits</c>: how much one user, and one address, may ask.</summary>
internal sealed record RateLimitOptions
{
    /// <summary>
    /// Windows of one user (issuer and subject). Default 60 a minute and 1,000 an hour; where the section is set, a window
    /// that it leaves out is unlimited.
    /// </summary>
    public IReadOnlyList<Window> PerUser { get; init; } = [];

    /// <summary>Windows of one address (IPv6: one /64). Default none.</summary>
    public IReadOnlyList<Window> PerAddress { get; init; } = [];

    /// <summary><c>Store</c> and <c>StorePassword</c>: the Redis that all replicas share; null, the default, where each has its memory alone.</summary>
    public RedisOptions? Store { get; init; }

    public static RateLimitOptions Read(SectionReader section)
    {
        var perUser = section.Present("PerUser")
            ? ReadWindows("user", section.Section("PerUser"))
            : [Window.Minute("user", 60), Window.Hour("user", 1000)];
        var perAddress = ReadWindows("address", section.Section("PerAddress"));
        var store = RedisOptions.Read(section);
        section.RefuseUnknownKeys();
        return new RateLimitOptions { PerUser = perUser, PerAddress = perAddress, Store = store };
    }

    private static List<Window> ReadWindows(string whose, SectionReader section)
    {
        var windows = new List<Window>();
        if (section.Whole("PerMinute", 1, int.MaxValue) is { } perMinute)
            windows.Add(Window.Minute(whose, perMinute));
        if (section.Whole("PerHour", 1, int.MaxValue) is { } perHour)
            windows.Add(Window.Hour(whose, perHour));
        section.RefuseUnknownKeys();
        return windows;
    }
}
