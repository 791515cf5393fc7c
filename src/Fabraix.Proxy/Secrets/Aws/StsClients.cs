using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;

namespace Fabraix.Proxy.Secrets.Aws;

/// <summary>
/// How the SDK's chain asks STS, for a web identity (IRSA) or a profile with a role. By itself it would look for STS by reflection, which a
/// trimmed program does not have, and ask without our bounds.
/// </summary>
internal static class StsClients
{
    // The registry belongs to the whole process, and so does what it asks with.
    private static readonly HttpClient Http = new(new WholeAnswers(new StoreHttp(new StoreContext()).Handler)) { Timeout = TimeSpan.FromSeconds(5) };

    public static void Register() => GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(static context =>
        // A web identity's token is all that such a request needs, so nothing is signed.
        new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = context.SecurityTokenServiceClientContextData.Region,
            HttpClientFactory = new Bounded(),
            MaxErrorRetry = 1,
            DisableLogging = true,
        }));

    private sealed class Bounded : Amazon.Runtime.HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
