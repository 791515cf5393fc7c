using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit.Stores;

/// <summary>A Vault, and what the product's store needs to find it, with an AppRole.</summary>
internal static class VaultSubject
{
    public static async Task<(StoreFake Fake, StoreContext Context)> StartAsync(TimeProvider? time = null, int kvVersion = 2)
    {
        var fake = await VaultFake.StartAsync(kvVersion, time: time);
        return (fake, Context(fake, AppRole(fake)));
    }

    public static Dictionary<string, string> AppRole(VaultFake fake) => new() { ["VAULT_ROLE_ID"] = fake.Auth.RoleId, ["VAULT_SECRET_ID"] = fake.Auth.SecretId };

    /// <summary>Finds the fake, and the identity where the environment says.</summary>
    public static StoreContext Context(VaultFake fake, IReadOnlyDictionary<string, string> environment) => new()
    {
        Time = fake.Time,
        Variable = name => environment.GetValueOrDefault(name) ?? (name == "VAULT_ADDR" ? fake.Endpoint : null),
        ServiceAccountFolder = fake.Auth.PodToken.Folder,
    };
}
