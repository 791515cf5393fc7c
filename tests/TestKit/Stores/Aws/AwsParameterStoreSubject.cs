using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit.Stores;

/// <summary>A Parameter Store, and what the proxy must be lent to read it with the keys of this process's environment.</summary>
internal static class AwsParameterStoreSubject
{
    public static async Task<(StoreFake Fake, StoreContext Context)> StartAsync(TimeProvider? time = null)
    {
        var store = await AwsParameterStoreFake.StartAsync(SharedIdentities.NewAwsAccount(time), time);
        return (store, store.Context());
    }
}
