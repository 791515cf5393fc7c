using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// Where Google's access tokens come from outside of Google: the OAuth endpoint for what a service account signed, the
/// exchange of a pod's token (workload identity federation), and the service account that the result may act as.
/// </summary>
internal sealed class GoogleTokenFake : FakeServer
{
    private const string Jwt = "urn:ietf:params:oauth:token-type:jwt";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-google-");
    private const string ClientId = "1.apps.googleusercontent.com";
    private readonly GoogleProject project;
    private readonly string refreshToken = Made.ApiKey();

    private GoogleTokenFake(GoogleProject project) : base(project.Time)
    {
        this.project = project;
        Audience = $"//iam.googleapis.com/projects/{project.Number}/locations/global/workloadIdentityPools/fabraix/providers/cluster";
        PodToken = new ProjectedToken("https:" + Audience, project.Time);
    }

    /// <summary>The pool's provider, which trusts the cluster.</summary>
    public string Audience { get; }

    /// <summary>The pod's token that can be exchanged.</summary>
    public ProjectedToken PodToken { get; }

    public string TokenUri => Address + "token";

    public static async Task<GoogleTokenFake> StartAsync(GoogleProject project)
    {
        var fake = new GoogleTokenFake(project);
        await fake.ListenAsync();
        return fake;
    }

    /// <summary>Writes a service account's key file, for GOOGLE_APPLICATION_CREDENTIALS, and gives its path.</summary>
    public string WriteServiceAccountFile() => Write("service-account.json", new JsonObject
    {
        ["type"] = "service_account",
        ["project_id"] = project.Id,
        ["private_key_id"] = project.Key.Kid,
        ["private_key"] = project.Key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n",
        ["client_email"] = project.ServiceAccount,
        ["client_id"] = "100000000000000000001",
        ["token_uri"] = TokenUri,
        ["universe_domain"] = "googleapis.com",
    });

    /// <summary>Writes the file of a user who logged in with gcloud, and gives its path.</summary>
    public string WriteUserFile() => Write("user.json", new JsonObject
    {
        ["type"] = "authorized_user",
        ["client_id"] = ClientId,
        ["client_secret"] = refreshToken[^20..],
        ["refresh_token"] = refreshToken,
        ["quota_project_id"] = project.Id,
        ["token_uri"] = TokenUri,
    });

    /// <summary>Writes the file of a federated workload, for GOOGLE_APPLICATION_CREDENTIALS, and gives its path.</summary>
    public string WriteExternalAccountFile(bool impersonates)
    {
        var file = new JsonObject
        {
            ["type"] = "external_account",
            ["audience"] = Audience,
            ["subject_token_type"] = Jwt,
            ["token_url"] = Address + "v1/token",
            ["credential_source"] = new JsonObject { ["file"] = PodToken.File, ["format"] = new JsonObject { ["type"] = "text" } },
            ["universe_domain"] = "googleapis.com",
        };
        if (impersonates) file["service_account_impersonation_url"] = $"{Address}v1/projects/-/serviceAccounts/{project.ServiceAccount}:generateAccessToken";
        return Write(impersonates ? "impersonating-account.json" : "external-account.json", file);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        PodToken.Dispose();
        if (Directory.Exists(folder.FullName)) Directory.Delete(folder.FullName, recursive: true);
    }

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        (request.Identity, request.Refusal) = request.Segments switch
        {
            ["token"] when request.Form("grant_type") == "refresh_token" => ("user", request.Form("refresh_token") == refreshToken && request.Form("client_secret") == refreshToken[^20..] && request.Form("client_id") == ClientId ? null : "Bad Request"),
            ["token"] => (project.ServiceAccount, project.Judge(request.Form("assertion"), TokenUri, GoogleProject.PublicTokenUri)),
            ["v1", "token"] => ("principal:" + ProjectedToken.Subject, PodToken.Judge(Field(request, "subject_token"))),
            ["v1", "projects", "-", "serviceAccounts", _] => project.Tokens.Holder(request.Bearer()) is { } holder ? (holder, null) : ((string?)null, "bad token"),
            _ => (null, "no such address"),
        };
        if (request.Refusal is null) return null;
        request.Identity = null;
        return request.Segments.Length > 2 ? GoogleError.Of(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.") : GoogleError.OAuth("invalid_grant", request.Refusal);
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "POST";

    protected override FakeAnswer Answer(FakeRequest request) => request.Segments switch
    {
        ["token"] => Grant(request),
        ["v1", "token"] => Exchange(request),
        [.., var last] when request.Segments.Length == 5 => Impersonate(request, last),
        _ => FakeAnswer.Text(404, "", "text/html"),
    };

    protected override FakeAnswer Throttled(int retryAfterSeconds) => GoogleError.Throttled(retryAfterSeconds);

    protected override FakeAnswer ServerError() => GoogleError.OAuth("internal_failure", "Backend Error", 500);

    private static string? Field(FakeRequest request, string name) => request.JsonText(name) ?? request.Form(name);

    private FakeAnswer Grant(FakeRequest request)
    {
        if (request.Form("grant_type") == "refresh_token") return Token(request);
        if (request.Form("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer") return GoogleError.OAuth("unsupported_grant_type", "Invalid grant_type: " + request.Form("grant_type"));
        var claims = GoogleProject.Decode(request.Form("assertion")!.Split('.')[1]);
        if (GoogleProject.Text(claims, "scope")?.Split(' ').Contains(GoogleProject.Scope) != true) return GoogleError.OAuth("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
        if (GoogleProject.Text(claims, "aud") is not { } audience || (audience != TokenUri && audience != GoogleProject.PublicTokenUri))
            return GoogleError.OAuth("invalid_grant", "Invalid JWT: Failed audience check.");
        return Token(request);
    }

    private FakeAnswer Exchange(FakeRequest request)
    {
        if (Field(request, "grant_type") != "urn:ietf:params:oauth:grant-type:token-exchange") return GoogleError.OAuth("unsupported_grant_type", "Invalid grant type");
        if (Field(request, "audience") != Audience) return GoogleError.OAuth("invalid_target", "The target service indicated by the \"audience\" parameters is invalid.");
        if (Field(request, "subject_token_type") != Jwt || Field(request, "requested_token_type") != AccessToken) return GoogleError.OAuth("invalid_request", "Invalid token type.");
        if (Field(request, "scope")?.Split(' ').Contains(GoogleProject.Scope) != true) return GoogleError.OAuth("invalid_scope", "Invalid OAuth scope.");
        return Token(request, ("issued_token_type", AccessToken));
    }

    private FakeAnswer Token(FakeRequest request, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { ["access_token"] = project.Issue(request.Identity!), ["expires_in"] = (long)project.TokenLifetime.TotalSeconds - 1, ["token_type"] = "Bearer" };
        foreach (var (name, value) in more) body[name] = value;
        return FakeAnswer.Json(200, body);
    }

    private FakeAnswer Impersonate(FakeRequest request, string account)
    {
        if (account != project.ServiceAccount + ":generateAccessToken") return GoogleError.Of(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).");
        if (!Encoding.UTF8.GetString(request.Body).Contains(GoogleProject.Scope, StringComparison.Ordinal)) return GoogleError.Of(400, "INVALID_ARGUMENT", "Scopes are required.");
        return FakeAnswer.Json(200, new JsonObject
        {
            ["accessToken"] = project.Issue(project.ServiceAccount),
            ["expireTime"] = (Time.GetUtcNow() + project.TokenLifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
    }

    private string Write(string name, JsonObject content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content.ToJsonString());
        return path;
    }
}
