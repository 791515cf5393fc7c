using Azure;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace Fabraix.Proxy.Secrets.AzureKeyVault;

/// <summary>
/// <c>azure-key-vault:https://NAME.vault.azure.net/secrets/SECRET[/VERSION]</c>, with the identity that DefaultAzureCredential finds.
/// Its version is the vault's own.
/// </summary>
internal sealed class KeyVaultSecretStore(StoreContext context) : ISecretStore, IDisposable
{
    private readonly HttpClientTransport _transport = new(new WholeAnswers(new StoreHttp(context).Handler));
    private KeyVaultClients? _clients;

    public static string? Judge(SecretReference secret) => KeyVaultName.TryParse(secret.Identifier, out _)
        ? null
        : "does not name a secret of a Key Vault: https://, the vault's host, /secrets/ and the secret's name, and perhaps a version, without user info, query or escapes.";

    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        if (!KeyVaultName.TryParse(secret.Identifier, out var name))
            return SecretReading.Failed(SecretOutcome.Absent, "the reference names no secret of a Key Vault");

        var clients = LazyInitializer.EnsureInitialized(ref _clients, Make);
        var (reading, status) = await TryReadAsync(clients, name, secret.Field, cancellation);
        if (status != StatusCodes.Status401Unauthorized)
            return reading;
        // The library keeps a token until it expires, even one that was revoked: only a new sign-in gets another.
        Interlocked.CompareExchange(ref _clients, Make(), clients);
        return (await TryReadAsync(_clients, name, secret.Field, cancellation)).Reading;
    }

    public void Dispose() => _transport.Dispose();

    private KeyVaultClients Make() => new(_transport);

    private async Task<(SecretReading Reading, int? Status)> TryReadAsync(KeyVaultClients clients, KeyVaultName name, string? field, CancellationToken cancellation)
    {
        try
        {
            return (await ReadAsync(clients, name, field, cancellation), null);
        }
        catch (Exception e) when (KeyVaultFailure.Of(e) is { } failure)
        {
            return (failure, (e as RequestFailedException)?.Status);
        }
    }

    private async Task<SecretReading> ReadAsync(KeyVaultClients clients, KeyVaultName name, string? field, CancellationToken cancellation)
    {
        KeyVaultSecret secret = await clients.For(name.Vault).GetSecretAsync(name.Secret, name.Version, cancellationToken: cancellation);
        var (properties, now) = (secret.Properties, context.Time.GetUtcNow());
        var version = SecretText.VersionName(properties.Version);
        if (properties.Enabled is false)
            return SecretReading.Failed(SecretOutcome.Disabled, "this version of it is disabled", version);
        // The service tells the two dates and does not enforce them:
        // https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#secret-attributes
        if (properties.ExpiresOn <= now)
            return SecretReading.Failed(SecretOutcome.Expired, "its expiry date has passed", version);
        if (properties.NotBefore > now)
            return SecretReading.Failed(SecretOutcome.Expired, "its activation date has not come", version);
        return SecretText.Read(secret.Value ?? "", field, properties.Version);
    }
}
