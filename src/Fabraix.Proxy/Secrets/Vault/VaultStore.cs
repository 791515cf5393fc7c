using System.Globalization;
using System.Text.Json;

namespace Fabraix.Proxy.Secrets.Vault;

/// <summary>
/// <c>vault:PATH#FIELD</c>: a field of a secret in a key-value store of HashiCorp Vault or OpenBao, of either version
/// (https://developer.hashicorp.com/vault/api-docs/secret/kv). Its version is that of version 2; version 1 has none.
/// </summary>
internal sealed class VaultStore : ISecretStore, IDisposable
{
    private readonly VaultClient _vault;
    private readonly VaultSession _session;

    public VaultStore(StoreContext context)
    {
        _vault = new VaultClient(context);
        _session = new VaultSession(context, _vault);
    }

    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        if (_vault.Problem() is { } problem)
            return problem;
        var path = VaultPath.Of(secret);
        try
        {
            var token = await _session.GetAsync(refused: null, cancellation);
            var answer = await AskAsync(path, token, cancellation);

            // A token that was revoked, and a policy that denies, are the same answer.
            if (answer.Status == 403 && await _session.GetAsync(refused: token, cancellation) is var another && another != token)
                answer = await AskAsync(path, another, cancellation);
            return Read(answer, path, secret.Field!);
        }
        catch (NoIdentityException e)
        {
            return e.Reading;
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _vault.Dispose();
    }

    private Task<StoreAnswer> AskAsync(VaultPath path, StoreToken token, CancellationToken cancellation) =>
        _vault.SendAsync(HttpMethod.Get, path.Target, token.Value, body: null, cancellation);

    private static SecretReading Read(StoreAnswer answer, VaultPath path, string field) => answer.Status switch
    {
        404 => answer.ReadBody(json => Missing(json, path)),

        // Data on this node is older than what the request builds on, or a header that the listener demands was taken away on the way.
        412 => SecretReading.Failed(SecretOutcome.Unavailable, "the store answered 412"),
        _ => answer.Read(json => Present(json.GetProperty("data"), path, field)),
    };

    private static SecretReading Present(JsonElement data, VaultPath path, string field) => path.MayBeVersioned && Metadata(data) is { } metadata
        ? Field(data.GetProperty("data"), field, metadata.GetProperty("version").GetInt64().ToString(CultureInfo.InvariantCulture))
        : Field(data, field, version: null);

    private static SecretReading Field(JsonElement fields, string field, string? version) =>
        fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? SecretText.Read(value.GetString()!, field: null, version)
            : SecretReading.Failed(SecretOutcome.NoField, "it has no such field that is a string", version);

    /// <summary>A version that was there is a 404 like one that never was, but with its story.</summary>
    private static SecretReading Missing(JsonElement json, VaultPath path)
    {
        if (!json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object || Metadata(data) is not { } metadata)
            return SecretReading.Failed(SecretOutcome.Absent, "the store has no such secret or version" + (path.MayBeVersioned ? "" : "; a key-value store of version 2 wants data/ behind its mount"));
        var version = metadata.GetProperty("version").GetInt64().ToString(CultureInfo.InvariantCulture);

        // Vault writes the same time for a version that was deleted and for one whose delete_version_after is over.
        return metadata.GetProperty("destroyed").GetBoolean()
            ? SecretReading.Failed(SecretOutcome.Disabled, "the version is destroyed", version)
            : SecretReading.Failed(SecretOutcome.Expired, "the version was deleted, or its time is over", version);
    }

    private static JsonElement? Metadata(JsonElement data) =>
        data.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("version", out _) ? metadata : null;
}
