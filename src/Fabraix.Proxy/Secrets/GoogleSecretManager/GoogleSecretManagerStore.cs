using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabraix.Proxy.Secrets.GoogleSecretManager;

/// <summary>
/// <c>gcp-secret-manager:projects/P/secrets/S/versions/V</c>, by REST (https://cloud.google.com/secret-manager/docs/reference/rest),
/// with application default credentials. Its version is the number that <c>latest</c> or an alias stands for.
/// </summary>
internal sealed partial class GoogleSecretManagerStore(StoreContext context) : ISecretStore, IDisposable
{
    private const string EndpointVariable = "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER";

    private readonly StoreHttp _http = new(context);
    private readonly SharedToken _token = new(context.Time);
    private GoogleCredentials? _credentials;

    private GoogleCredentials Credentials => _credentials ??= new GoogleCredentials(context, _http);

    public static string? Judge(SecretReference secret) => VersionName().IsMatch(secret.Identifier)
        ? null
        : "does not name a version: projects/PROJECT/secrets/NAME/versions/latest, or a number in place of latest; a regional secret has locations/LOCATION/ before secrets/.";

    public async Task<SecretReading> ReadAsync(SecretReference secret, CancellationToken cancellation)
    {
        if (Endpoint(secret) is not { } endpoint)
            return SecretReading.Failed(SecretOutcome.Unavailable, $"{EndpointVariable} is no https URL: set one, or remove it");
        var uri = new Uri(endpoint, $"v1/{secret.Identifier}:access");
        try
        {
            var token = await TokenAsync(refused: null, cancellation);
            var answer = await AskAsync(uri, token, cancellation);
            if (answer.Status == 401)
                answer = await AskAsync(uri, await TokenAsync(refused: token, cancellation), cancellation);
            return answer.Status == 400 ? answer.ReadBody(Precondition) : answer.Read(json => Payload(json, secret.Field));
        }
        catch (NoIdentityException e)
        {
            return e.Reading;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    // Regional secrets are served by their region alone: https://cloud.google.com/secret-manager/docs/regional-secrets-overview
    private Uri? Endpoint(SecretReference secret) => context.Variable(EndpointVariable) is { } set
        ? GoogleAddress.Parse(set.EndsWith('/') ? set : set + "/")
        : new Uri(VersionName().Match(secret.Identifier).Groups["location"] is { Success: true } location
            ? $"https://secretmanager.{location.Value}.rep.googleapis.com/"
            : "https://secretmanager.googleapis.com/");

    private Task<StoreToken> TokenAsync(StoreToken? refused, CancellationToken cancellation) =>
        _token.GetAsync(token => token != refused, (_, end) => Credentials.ObtainAsync(end), cancellation);

    private async Task<StoreAnswer> AskAsync(Uri uri, StoreToken token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token.Value);
        if (Credentials.QuotaProject is { } project)
            request.Headers.TryAddWithoutValidation("X-Goog-User-Project", project);
        return await _http.SendAsync(request, cancellation);
    }

    private static SecretReading Precondition(JsonElement json) => json.GetProperty("error").GetProperty("status").ValueEquals("FAILED_PRECONDITION")
        ? SecretReading.Failed(SecretOutcome.Disabled, "the version is disabled or destroyed")
        : StoreAnswer.OfStatus(400, retryAfter: null);

    private static SecretReading Payload(JsonElement json, string? field)
    {
        var version = json.GetProperty("name").GetString()!.Split('/')[^1];
        var payload = json.GetProperty("payload");
        var data = payload.GetProperty("data").GetBytesFromBase64();

        // proto3 JSON writes 64-bit numbers as texts.
        return payload.TryGetProperty("dataCrc32c", out var told) && long.Parse(told.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) != Crc32C(data)
            ? SecretReading.Failed(SecretOutcome.Broken, "the value was damaged on its way: it has another checksum", SecretText.VersionName(version))
            : SecretText.Read(data, field, version);
    }

    // RFC 3720 appendix B.4.
    private static uint Crc32C(byte[] data) => ~data.Aggregate(uint.MaxValue, BitOperations.Crc32C);

    [GeneratedRegex(@"\Aprojects/[a-z0-9][a-z0-9.:-]*/(locations/(?<location>[a-z0-9-]{1,63})/)?secrets/[A-Za-z0-9_-]{1,255}/versions/[A-Za-z0-9_-]{1,63}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex VersionName();
}
