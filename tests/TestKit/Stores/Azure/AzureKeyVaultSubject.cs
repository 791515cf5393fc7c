using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit.Stores;

/// <summary>A Key Vault, and what the proxy must be lent to read it with the pod's workload identity.</summary>
internal static class AzureKeyVaultSubject
{
    public static async Task<(StoreFake Fake, StoreContext Context)> StartAsync(TimeProvider? time = null)
    {
        var vault = await AzureKeyVaultFake.StartAsync(SharedIdentities.AzureWorkload, time);
        return (vault, new StoreContext { Time = vault.Time, Connections = vault.Routes.Lead });
    }
}
