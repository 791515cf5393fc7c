using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace Fabraix.Proxy.Secrets.AzureKeyVault;

/// <summary>One identity, with a client for each vault: they keep their tokens, so that a sign-in serves many readings.</summary>
internal sealed class KeyVaultClients(HttpPipelineTransport transport)
{
    private readonly ConcurrentDictionary<Uri, SecretClient> _clients = new();
    private TokenCredential? _identity;

    public SecretClient For(Uri vault) => _clients.GetOrAdd(vault, Make);

    private SecretClient Make(Uri vault)
    {
        var identity = LazyInitializer.EnsureInitialized(ref _identity, () => new DefaultAzureCredential(Bounded(new DefaultAzureCredentialOptions
        {
            // What is left: variables, workload identity, managed identity, and Azure CLI for a laptop.
            ExcludeVisualStudioCredential = true,
            ExcludeVisualStudioCodeCredential = true,
            ExcludeAzurePowerShellCredential = true,
            ExcludeAzureDeveloperCliCredential = true,
            ExcludeInteractiveBrowserCredential = true,
            ExcludeBrokerCredential = true,
            CredentialProcessTimeout = TimeSpan.FromSeconds(8),
        })));
        return new SecretClient(vault, identity, Bounded(new SecretClientOptions()));
    }

    // Asking again is the refresh loop's part, and what the library would tell of a request names tenants and secrets.
    private T Bounded<T>(T options) where T : ClientOptions
    {
        options.Transport = transport;
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = SecretReader.Longest;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        return options;
    }
}
