using System.Collections.Frozen;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>One entry of <c>Fabraix:Keys</c>: a key of the account, by reference.</summary>
/// <param name="Name">Its configured name: what routes, logs and metrics call it.</param>
/// <param name="Secret">Where its value is kept.</param>
internal sealed record KeyOptions(string Name, SecretReference Secret)
{
    /// <summary>How often the store is asked for a new value, give or take a tenth. Default 1 minute, from 1 second to 24 hours. A store that tells of changes is asked at once as well.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often at most a request carries a value that is not proven yet. Default 1 second, from 1 second to 1 hour.</summary>
    public TimeSpan TrialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a replaced value is kept, should its successor be refused. Default 5 minutes, from 0 seconds to 24 hours.</summary>
    public TimeSpan FallbackFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the last good value serves while the store gives none. Default for ever; from 1 minute to 8760 hours.</summary>
    public TimeSpan? KeepLastGood { get; init; }

    /// <summary>A request that proves a new value, in place of a user's; null lets users' requests prove it.</summary>
    public OperatorRequest? Probe { get; init; }

    /// <summary>How many requests the upstream takes with it. Default that of its <c>Type</c>, and of a Development key where that is not set.</summary>
    public KeyQuota Quota { get; init; } = new(60, 1000);

    private const string Example = "Set a reference such as env:FABRAIX_API_KEY or file:/var/run/secrets/fabraix/api-key, never the key itself.";

    private static readonly FrozenSet<string> Types = FrozenSet.Create(StringComparer.Ordinal, "Development", "Production", "Enterprise", "Restricted", "Admin");

    public static IReadOnlyList<KeyOptions> Read(SectionReader section)
    {
        var keys = section.Entries().Select(entry => ReadKey(entry.Name, entry.Section)).ToList();
        return [.. keys.OfType<KeyOptions>()];
    }

    private static KeyOptions? ReadKey(string name, SectionReader key)
    {
        var day = TimeSpan.FromHours(24);
        var interval = key.Duration("RefreshInterval", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), day);
        var trial = key.Duration("TrialInterval", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var fallback = key.Duration("FallbackFor", TimeSpan.FromMinutes(5), TimeSpan.Zero, day);
        var keep = key.Duration("KeepLastGood", TimeSpan.MaxValue, TimeSpan.FromMinutes(1), TimeSpan.FromHours(8760));
        var probe = key.Has("Probe") ? OperatorRequest.Read(key.Section("Probe")) : null;
        var quota = ReadQuota(key);
        key.RefuseSlash(name);
        var secret = key.RequiredText("Secret", Example);
        key.RefuseUnknownKeys();
        if (secret.Length == 0)
            return null;

        if (SecretSetting.Judge(key, "Secret", secret, Example) is not { } reference)
            return null;

        return new KeyOptions(name, reference)
        {
            RefreshInterval = interval,
            TrialInterval = trial,
            FallbackFor = fallback,
            KeepLastGood = keep == TimeSpan.MaxValue ? null : keep,
            Probe = probe,
            Quota = quota,
        };
    }

    /// <summary>The quota of the key's type, in which what is set replaces what is usual.</summary>
    private static KeyQuota ReadQuota(SectionReader key)
    {
        var quota = key.Section("Quota");
        var minute = quota.Whole("PerMinute", 1, int.MaxValue);
        var hour = quota.Whole("PerHour", 1, int.MaxValue);
        quota.RefuseUnknownKeys();

        var type = key.Text("Type") ?? "Development";
        var usual = KeyQuota.OfType(type);
        if (!Types.Contains(type))
            key.Mistake("Type", "is not a type of key.", "Set Development, Production, Enterprise or Restricted.");
        else if (type == "Admin")
            key.Mistake("Type", "is Admin: such a key may do everything, and browsers must not call with it.", "Make a key of another type, best Restricted.");
        else if (usual is null && (minute is null || hour is null))
            key.Mistake("Quota", $"is missing, and a key of type {type} has no usual one.", "Set Quota:PerMinute and Quota:PerHour.");
        return new KeyQuota(minute ?? usual?.PerMinute ?? 1, hour ?? usual?.PerHour ?? 1);
    }
}
