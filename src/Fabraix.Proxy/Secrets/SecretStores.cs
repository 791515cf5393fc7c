using System.Diagnostics.CodeAnalysis;
using Fabraix.Proxy.Secrets.Environment;
using Fabraix.Proxy.Secrets.File;

namespace Fabraix.Proxy.Secrets;

/// <summary>The stores that exist, by scheme.</summary>
internal static class SecretStores
{
    public static readonly IReadOnlyList<ISecretStore> All = [new EnvironmentSecretStore(), new FileSecretStore()];

    public static bool TryFind(string scheme, [NotNullWhen(true)] out ISecretStore? store)
    {
        store = All.FirstOrDefault(candidate => candidate.Scheme == scheme);
        return store is not null;
    }
}
