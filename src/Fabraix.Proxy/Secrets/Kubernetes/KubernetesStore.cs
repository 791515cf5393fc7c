using System.Text.Json;

namespace Fabraix.Proxy.Secrets.Kubernetes;

/// <summary>
/// <c>kubernetes:NAMESPACE/NAME#KEY</c>: a Secret, from the API of the cluster that the proxy runs in. Its version is the Secret's
/// resourceVersion, so that it changes with any change of the object.
/// </summary>
internal sealed class KubernetesStore(StoreContext context) : IWatchingSecretStore, IDisposable
{
    private readonly ClusterClient _cluster = new(context);

    public static string? Judge(SecretReference secret) => (IsSecret(secret.Identifier), secret.Field) switch
    {
        (false, _) => "does not name a Secret: NAMESPACE/NAME#KEY, with names as Kubernetes allows them.",
        (_, null) => "names no key: a Secret is a set of them; put # and one of them at its end.",
        (_, { } key) when !IsKey(key) => "names a key that no Secret can have: letters, digits, dots, hyphens and underscores.",
        _ => null,
    };

    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        if (_cluster.Problem() is { } problem)
            return problem;
        var (space, name) = Names(secret);
        try
        {
            var answer = await _cluster.GetAsync($"api/v1/namespaces/{space}/secrets/{name}", cancellation);
            return answer.Read(json => Read(json, secret.Field!));
        }
        catch (NoIdentityException e)
        {
            return e.Reading;
        }
    }

    public Task WatchAsync(SecretReference secret, Action changed, CancellationToken cancellation)
    {
        if (_cluster.Problem() is not null)
            return Task.CompletedTask; // The reading says it.
        var (space, name) = Names(secret);
        return new SecretWatch(_cluster, context.Time, space, name, changed).RunAsync(cancellation);
    }

    public void Dispose() => _cluster.Dispose();

    private static (string Space, string Name) Names(SecretReference secret)
    {
        var slash = secret.Identifier.IndexOf('/', StringComparison.Ordinal);
        return (secret.Identifier[..slash], secret.Identifier[(slash + 1)..]);
    }

    private static SecretReading Read(JsonElement json, string key)
    {
        var version = json.GetProperty("metadata").GetProperty("resourceVersion").GetString();
        return json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(key, out var value)
            ? SecretText.Read(value.GetBytesFromBase64(), field: null, version)
            : SecretReading.Failed(SecretOutcome.NoField, "the Secret has no such key", SecretText.VersionName(version));
    }

    // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/: a namespace is a label of RFC 1123, a Secret's name a subdomain.
    private static bool IsSecret(string identifier) =>
        identifier.Split('/') is [{ Length: <= 63 } space, { Length: <= 253 } name] && IsLabel(space) && name.Split('.').All(IsLabel);

    private static bool IsLabel(string text) =>
        text is [not '-', .., not '-'] or [not '-'] && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsKey(string text) => text.Length <= 253 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
