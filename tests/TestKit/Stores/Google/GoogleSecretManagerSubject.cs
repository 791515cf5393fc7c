using Fabraix.Proxy.Secrets;

namespace Fabraix.TestKit.Stores;

/// <summary>A Secret Manager, and what the product's store needs to find it, with a machine's identity.</summary>
internal static class GoogleSecretManagerSubject
{
    public static async Task<(StoreFake Fake, StoreContext Context)> StartAsync(TimeProvider? time = null)
    {
        var fake = await GoogleSecretManagerFake.StartAsync(time: time);
        var metadata = await GoogleMetadataFake.StartAsync(fake.Project);
        fake.Companion = metadata;
        return (fake, Context(fake, metadata.Environment));
    }

    /// <summary>Finds the fake, and the identity where the environment says.</summary>
    public static StoreContext Context(GoogleSecretManagerFake fake, IReadOnlyDictionary<string, string> environment) => new()
    {
        Time = fake.Time,
        Variable = name => name == "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER" ? fake.Endpoint : environment.GetValueOrDefault(name),
    };
}
