using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit.Stores;

/// <summary>A cluster's API, and what the product's store finds in one of its pods.</summary>
internal static class KubernetesSubject
{
    public static async Task<(StoreFake Fake, StoreContext Context)> StartAsync(TimeProvider? time = null)
    {
        var fake = await KubernetesFake.StartAsync(time);
        return (fake, Context(fake));
    }

    public static StoreContext Context(KubernetesFake fake) => new()
    {
        Time = fake.Time,
        Variable = name => fake.Environment.GetValueOrDefault(name),
        ServiceAccountFolder = fake.ServiceAccountFolder,
    };
}
