using System.Collections.Concurrent;
using System.Collections.Frozen;
using Fabraix.Proxy.Secrets.AwsParameterStore;
using Fabraix.Proxy.Secrets.AwsSecretsManager;
using Fabraix.Proxy.Secrets.AzureKeyVault;
using Fabraix.Proxy.Secrets.Environment;
using Fabraix.Proxy.Secrets.File;
using Fabraix.Proxy.Secrets.GoogleSecretManager;
using Fabraix.Proxy.Secrets.Kubernetes;
using Fabraix.Proxy.Secrets.Vault;

namespace Fabraix.Proxy.Secrets;

/// <summary>The stores, by scheme. One is made when the first secret in it is read.</summary>
internal sealed class SecretStores(StoreContext context) : IDisposable
{
    private static readonly FrozenDictionary<string, StoreKind> Kinds = new StoreKind[]
    {
        new("env", EnvironmentSecretStore.Judge, static _ => new EnvironmentSecretStore()),
        new("file", FileSecretStore.Judge, static _ => new FileSecretStore()),
        new("azure-key-vault", KeyVaultSecretStore.Judge, static context => new KeyVaultSecretStore(context)),
        new("aws-secrets-manager", SecretsManagerStore.Judge, static context => new SecretsManagerStore(context)),
        new("aws-parameter-store", ParameterStore.Judge, static context => new ParameterStore(context)),
        new("gcp-secret-manager", GoogleSecretManagerStore.Judge, static context => new GoogleSecretManagerStore(context)),
        new("vault", VaultPath.Judge, static context => new VaultStore(context)),
        new("kubernetes", KubernetesStore.Judge, static context => new KubernetesStore(context)),
    }.ToFrozenDictionary(kind => kind.Scheme, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<ISecretStore>> _made = new(StringComparer.Ordinal);

    public static IEnumerable<string> Schemes => Kinds.Keys;

    public static bool Knows(string scheme) => Kinds.ContainsKey(scheme);

    /// <summary>What is wrong with a reference, without asking its store, or null.</summary>
    public static string? Judge(SecretReference secret) => Kinds[secret.Scheme].Judge(secret);

    public ISecretStore For(SecretReference secret) =>
        _made.GetOrAdd(secret.Scheme, scheme => new Lazy<ISecretStore>(() => Kinds[scheme].Make(context))).Value;

    public void Dispose()
    {
        foreach (var store in _made.Values.Where(store => store.IsValueCreated).Select(store => store.Value).OfType<IDisposable>())
            store.Dispose();
    }
}
