using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// Microsoft Entra ID as far as a client credential needs it: discovery, and tokens for a workload identity's assertion.
/// It stands for login.microsoftonline.com and answers under localhost as well.
/// </summary>
internal sealed class EntraFake : FakeServer
{
    public const string PublicHost = "login.microsoftonline.com";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly TokenBook tokens;
    private readonly AzureWorkload workload;
    private readonly bool ownsWorkload;

    private EntraFake(TimeProvider? time, AzureWorkload? workload) : base(time, SelfSigned.Make("localhost", PublicHost, "127.0.0.1"), "localhost")
    {
        tokens = new TokenBook(Time);
        ownsWorkload = workload is null;
        this.workload = workload ?? AzureWorkload.Make(Time);
    }

    public string Tenant => workload.Tenant;

    public string ClientId => workload.ClientId;

    /// <summary>The pod's token that is good as a client assertion.</summary>
    public ProjectedToken Assertion => workload.Assertion;

    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>For AZURE_AUTHORITY_HOST.</summary>
    public string AuthorityHost => $"https://localhost:{Port}/";

    /// <summary>What the webhook of workload identity gives to a pod.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AZURE_TENANT_ID"] = Tenant,
        ["AZURE_CLIENT_ID"] = ClientId,
        ["AZURE_FEDERATED_TOKEN_FILE"] = Assertion.File,
        ["AZURE_AUTHORITY_HOST"] = AuthorityHost,
    };

    /// <param name="workload">Whom it knows. One of its own unless it is given; a given one outlives it.</param>
    public static async Task<EntraFake> StartAsync(TimeProvider? time = null, AzureWorkload? workload = null)
    {
        var fake = new EntraFake(time, workload);
        await fake.ListenAsync();
        return fake;
    }

    /// <summary>Who holds the access token, or null.</summary>
    public string? Holder(string? token) => tokens.Holder(token);

    public void RevokeTokens() => tokens.RevokeAll();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (ownsWorkload) Assertion.Dispose();
    }

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        if (!IsRead(request)) return null;
        if (request.Segments[0] != Tenant) return Refuse(request, 400, "invalid_request", "AADSTS90002: Tenant not found.");
        if (request.Form("client_id") != ClientId) return Refuse(request, 400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
        if (request.Form("client_assertion_type") != AssertionType) return Refuse(request, 401, "invalid_client", "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required.");
        if (Assertion.Judge(request.Form("client_assertion")) is { } wrong) return Refuse(request, 401, "invalid_client", $"AADSTS700213: No matching federated identity record found ({wrong}).");
        request.Identity = ClientId;
        return null;
    }

    protected override bool IsRead(FakeRequest request) =>
        request.Method == "POST" && request.Segments is [_, "oauth2", "v2.0", "token"];

    protected override FakeAnswer Answer(FakeRequest request) => request.Segments switch
    {
        ["common", "discovery", "instance"] => Instances(),
        [var tenant, "v2.0", ".well-known", "openid-configuration"] => Discovery(request, tenant),
        [_, "oauth2", "v2.0", "token"] => Token(request),
        _ => FakeAnswer.Text(404, ""),
    };

    protected override FakeAnswer Throttled(int retryAfterSeconds) =>
        FakeAnswer.Json(429, Error("temporarily_unavailable", "AADSTS50196: Too many requests."), ("Retry-After", retryAfterSeconds.ToString()));

    protected override FakeAnswer ServerError() => FakeAnswer.Json(500, Error("server_error", "AADSTS90033: A transient error has occurred."));

    private static JsonObject Error(string code, string description) => new() { ["error"] = code, ["error_description"] = description };

    private static FakeAnswer Refuse(FakeRequest request, int status, string code, string description)
    {
        request.Refusal = description;
        return FakeAnswer.Json(status, Error(code, description));
    }

    private FakeAnswer Token(FakeRequest request)
    {
        if (request.Form("grant_type") != "client_credentials") return FakeAnswer.Json(400, Error("unsupported_grant_type", "AADSTS70003: The grant type is not supported."));
        if (request.Form("scope") is not { } scope || !scope.Split(' ').Contains(AzureKeyVaultFake.Resource + "/.default"))
            return FakeAnswer.Json(400, Error("invalid_scope", "AADSTS70011: The provided value for the input parameter 'scope' is not valid."));
        var seconds = (long)TokenLifetime.TotalSeconds;
        return FakeAnswer.Json(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = tokens.Issue(request.Identity!, TokenLifetime),
        });
    }

    /// <summary>The aliases of the public cloud, and this address as a cloud of its own.</summary>
    private FakeAnswer Instances() => FakeAnswer.Json(200, new JsonObject
    {
        ["tenant_discovery_endpoint"] = $"{AuthorityHost}{Tenant}/v2.0/.well-known/openid-configuration",
        ["api-version"] = "1.1",
        ["metadata"] = new JsonArray(Instance(PublicHost), Instance($"localhost:{Port}")),
    });

    private static JsonObject Instance(string host) => new()
    {
        ["preferred_network"] = host,
        ["preferred_cache"] = host,
        ["aliases"] = new JsonArray(host),
    };

    private static FakeAnswer Discovery(FakeRequest request, string tenant)
    {
        var authority = $"https://{request.Header("Host")}/{tenant}";
        return FakeAnswer.Json(200, new JsonObject
        {
            ["token_endpoint"] = authority + "/oauth2/v2.0/token",
            ["authorization_endpoint"] = authority + "/oauth2/v2.0/authorize",
            ["jwks_uri"] = authority + "/discovery/v2.0/keys",
            ["issuer"] = authority + "/v2.0",
        });
    }
}

/// <summary>A pod as Entra ID knows it: an application, and the token that the pod's cluster gives it.</summary>
internal sealed record AzureWorkload(string Tenant, string ClientId, ProjectedToken Assertion)
{
    public static AzureWorkload Make(TimeProvider? time = null) =>
        new(Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), new ProjectedToken("api://AzureADTokenExchange", time));
}
