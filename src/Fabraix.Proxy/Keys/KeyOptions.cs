using System.Collections.Frozen;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Secrets;

namespace Fabraix.Proxy.Keys;

/// <summary>One entry of <c>Fabraix:Keys</c>: a key of the account, by reference.</summary>
/// <param name="Name">Its configured name: what routes, logs and metrics call it.</param>
/// <param name="Store">Where its value is kept.</param>
/// <param name="Identifier">The store's own name for it.</param>
/// <param name="RefreshInterval">How often the store is asked for a new value. Default 1 minute, from 1 second to 24 hours.</param>
internal sealed record KeyOptions(string Name, ISecretStore Store, string Identifier, TimeSpan RefreshInterval)
{
    private const string Example = "Set a reference such as env:FABRAIX_API_KEY or file:/var/run/secrets/fabraix/api-key, never the key itself.";

    private static readonly FrozenSet<string> Types = FrozenSet.Create(StringComparer.Ordinal, "Development", "Production", "Enterprise", "Restricted", "Admin");

    public static IReadOnlyList<KeyOptions> Read(SectionReader section)
    {
        var keys = section.Entries().Select(entry => ReadKey(entry.Name, entry.Section)).ToList();
        return [.. keys.OfType<KeyOptions>()];
    }

    private static KeyOptions? ReadKey(string name, SectionReader key)
    {
        var interval = key.Duration("RefreshInterval", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        ReadTypeAndQuota(key);
        var secret = key.RequiredText("Secret", Example);
        key.RefuseUnknownKeys();
        if (secret.Length == 0)
            return null;

        if (!SecretReference.TryParse(secret, out var reference))
        {
            key.Mistake("Secret", "is not a reference to a secret.", Example);
            return null;
        }

        if (!SecretStores.TryFind(reference.Scheme, out var store))
        {
            key.Mistake("Secret", $"names the store {reference.Scheme}, which is not supported yet.", "Use env: or file:.");
            return null;
        }

        if (store.Judge(reference.Identifier) is { } wrong)
        {
            key.Mistake("Secret", wrong, Example);
            return null;
        }

        return new KeyOptions(name, store, reference.Identifier, interval);
    }

    private static void ReadTypeAndQuota(SectionReader key)
    {
        var quota = key.Section("Quota");
        var minute = quota.Whole("PerMinute", 1, int.MaxValue);
        var hour = quota.Whole("PerHour", 1, int.MaxValue);
        quota.RefuseUnknownKeys();

        var type = key.Text("Type");
        if (type is not null && !Types.Contains(type))
            key.Mistake("Type", "is not a type of key.", "Set Development, Production, Enterprise or Restricted.");
        else if (type == "Admin")
            key.Mistake("Type", "is Admin: such a key may do everything, and browsers must not call with it.", "Make a key of another type, best Restricted.");
        else if (type is "Enterprise" or "Restricted" && (minute is null || hour is null))
            key.Mistake("Quota", $"is missing, and a key of type {type} has no usual one.", "Set Quota:PerMinute and Quota:PerHour.");
        else if (type is not null || minute is not null || hour is not null)
            key.Warn(type is not null ? "Type" : "Quota", "is not in effect yet: the key's quota is not shared out.", "Keep RateLimits:PerUser well below the key's limit.");
    }
}
