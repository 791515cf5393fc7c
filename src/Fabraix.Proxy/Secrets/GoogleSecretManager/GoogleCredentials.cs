using System.Text.Json;

namespace Fabraix.Proxy.Secrets.GoogleSecretManager;

/// <summary>
/// Application default credentials, in Google's order: the file of GOOGLE_APPLICATION_CREDENTIALS, the file of
/// <c>gcloud auth application-default login</c>, the metadata server of a machine or pod
/// (https://cloud.google.com/docs/authentication/application-default-credentials).
/// </summary>
internal sealed class GoogleCredentials(StoreContext context, StoreHttp http)
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";
    private const string TokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The project that a user's requests are counted to; service accounts have one of their own.</summary>
    public string? QuotaProject { get; private set; }

    /// <summary>Gets a new access token.</summary>
    /// <exception cref="NoIdentityException">There is none to have.</exception>
    public Task<StoreToken> ObtainAsync(CancellationToken cancellation)
    {
        if (context.Variable(FileVariable) is { } file)
            return FromFileAsync(file, $"the file of {FileVariable}", cancellation);
        return WellKnownFile() is { } known && System.IO.File.Exists(known) ? FromFileAsync(known, "gcloud's credential file", cancellation) : FromMetadataAsync(cancellation);
    }

    private string? WellKnownFile() => (context.Variable("CLOUDSDK_CONFIG"), context.Variable("HOME")) switch
    {
        ({ } folder, _) => Path.Combine(folder, "application_default_credentials.json"),
        (null, { } home) => Path.Combine(home, ".config", "gcloud", "application_default_credentials.json"),
        _ => null,
    };

    private async Task<StoreToken> FromFileAsync(string path, string what, CancellationToken cancellation)
    {
        var text = await IdentityFile.ReadAsync(path, what, cancellation);
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var file = document.RootElement;
            var grants = new GoogleGrants(context.Time, http, what);
            QuotaProject = file.TryGetProperty("quota_project_id", out var project) ? project.GetString() : null;
            return file.GetProperty("type").GetString() switch
            {
                "service_account" => await grants.SignAsync(file, cancellation),
                "external_account" => await grants.FederateAsync(file, cancellation),
                "authorized_user" => await grants.RefreshAsync(file, cancellation),
                _ => throw NoIdentityException.Because($"{what} is of a type that is not supported: use service_account, external_account or authorized_user"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw NoIdentityException.Because($"{what} is not as Google documents it");
        }
    }

    private async Task<StoreToken> FromMetadataAsync(CancellationToken cancellation)
    {
        var host = context.Variable("GCE_METADATA_HOST") ?? "metadata.google.internal";
        if (!Uri.TryCreate($"http://{host}{TokenPath}", UriKind.Absolute, out var uri) || uri.AbsolutePath != TokenPath)
            throw NoIdentityException.Because("GCE_METADATA_HOST is no host");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Headers = { { "Metadata-Flavor", "Google" } } };
        var answer = await http.SendAsync(request, cancellation, "the metadata server");
        if (answer.Status == 0)
        {
            var none = answer.Refused();
            throw NoIdentityException.Of(SecretReading.Failed(none.Outcome, $"{none.Problem}; where there is none, set {FileVariable}"));
        }

        // Without it, something else has the name: https://cloud.google.com/compute/docs/metadata/querying-metadata
        if (answer.Status == 200 && answer.Header("Metadata-Flavor") != "Google")
            throw NoIdentityException.Because("what answers for the metadata server is none");
        return answer.ReadIdentity(json => GoogleGrants.Token(json, context.Time));
    }
}
