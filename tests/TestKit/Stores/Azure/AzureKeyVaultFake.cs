using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// One Azure Key Vault under a real name, which its SDK insists on: <see cref="Routes"/> sends that name to this port. It
/// challenges whoever brings no token, and takes those of its <see cref="Entra"/>.
/// </summary>
internal sealed class AzureKeyVaultFake : StoreFake
{
    public const string Resource = "https://vault.azure.net";

    private readonly bool ownsEntra;

    private AzureKeyVaultFake(string name, EntraFake entra, bool ownsEntra, TimeProvider? time) : base(time, SelfSigned.Make(HostOf(name)))
    {
        VaultName = name;
        Entra = entra;
        this.ownsEntra = ownsEntra;
    }

    public override StoreFeatures Features => StoreFeatures.Versions | StoreFeatures.Disable | StoreFeatures.Expire | StoreFeatures.RetryAfter;

    public string VaultName { get; }

    public string Host => HostOf(VaultName);

    /// <summary>The address that clients are configured with.</summary>
    public Uri VaultUri => new($"https://{Host}");

    public EntraFake Entra { get; }

    /// <summary>Sends the vault's name and the identity provider's to the fakes.</summary>
    public LoopbackRoutes Routes => new LoopbackRoutes().Add(Host, this).Add(EntraFake.PublicHost, Entra).Add("localhost", Entra);

    /// <param name="entra">One of its own unless it is given; a given one is not stopped with it.</param>
    public static async Task<AzureKeyVaultFake> StartAsync(EntraFake? entra = null, TimeProvider? time = null)
    {
        var fake = new AzureKeyVaultFake(Made.Name("fx"), entra ?? await EntraFake.StartAsync(time), entra is null, time);
        await fake.ListenAsync();
        return fake;
    }

    /// <summary>One whose identity provider knows a pod that is there already, and which stops that provider with it.</summary>
    public static async Task<AzureKeyVaultFake> StartAsync(AzureWorkload workload, TimeProvider? time = null)
    {
        var fake = new AzureKeyVaultFake(Made.Name("fx"), await EntraFake.StartAsync(time, workload), ownsEntra: true, time);
        await fake.ListenAsync();
        return fake;
    }

    public override string Reference(string name, string? version = null, string? field = null) =>
        $"azure-key-vault:{IdOf(name, version)}" + (field is null ? "" : "#" + field);

    /// <summary>Sets when a version begins to be meant for use, which the service tells and does not enforce.</summary>
    public void SetNotBefore(string name, DateTimeOffset start, string? version = null) => Change(StoreFeatures.Expire, name, version, found => found.NotBefore = start);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (ownsEntra) await Entra.DisposeAsync();
    }

    protected override string NextVersion(StoredSecret secret) => RandomNumberGenerator.GetHexString(32, lowercase: true);

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        // The SDK refuses a resource that its host does not lie under, so a client that changed the name is not a lawful one.
        if (request.Header("Host") != Host)
        {
            request.Refusal = "wrong host";
            return Error(400, "BadParameter", "The host is not this vault's.");
        }
        request.Identity = Entra.Holder(request.Bearer());
        if (request.Identity is not null) return null;
        request.Refusal = request.Bearer() is null ? "no token" : "bad token";
        var challenge = $"Bearer authorization=\"https://{EntraFake.PublicHost}/{Entra.Tenant}\", resource=\"{Resource}\"";
        return Error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.", null, ("WWW-Authenticate", challenge));
    }

    protected override bool IsRead(FakeRequest request) => request.Segments is ["secrets", ..];

    protected override FakeAnswer AnswerLocked(FakeRequest request)
    {
        if (request.Method != "GET") return Error(405, "BadMethod", "Only reading is known here.");
        if (string.IsNullOrEmpty(request.Query("api-version"))) return Error(400, "BadParameter", "api-version must be specified.");
        return request.Segments switch
        {
            ["secrets", var name] => Secret(name, ""),
            ["secrets", var name, var version] => Secret(name, version),
            _ => Error(404, "NotFound", "Resource not found."),
        };
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) =>
        Error(429, "Throttled", "Request was not processed because too many requests were received.", null, ("Retry-After", retryAfterSeconds.ToString()));

    protected override FakeAnswer ServerError() => Error(500, "InternalServerError", "An internal error occurred.");

    private static string HostOf(string name) => name + ".vault.azure.net";

    private static FakeAnswer Error(int status, string code, string message, string? inner = null, params (string Name, string Value)[] headers)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (inner is not null) error["innererror"] = new JsonObject { ["code"] = inner };
        return FakeAnswer.Json(status, new JsonObject { ["error"] = error }, headers);
    }

    private string IdOf(string name, string? version) => $"https://{Host}/secrets/{name}" + (version is null ? "" : "/" + version);

    private FakeAnswer Secret(string name, string id)
    {
        if (IsDenied(name)) return Error(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac");
        var secret = Find(name);
        var version = secret is null or { Deleted: true } ? null : id.Length == 0 ? secret.Latest : secret.Find(id);
        if (version is null) return Error(404, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault.");
        if (!version.Enabled) return Error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
        return FakeAnswer.Json(200, new JsonObject
        {
            ["value"] = Encoding.UTF8.GetString(version.Value),
            ["id"] = IdOf(name, version.Id),
            ["attributes"] = Attributes(version),
            ["tags"] = new JsonObject(),
        });
    }

    /// <summary>An expired version is answered like any other: exp and nbf only inform.</summary>
    private static JsonObject Attributes(StoredVersion version)
    {
        var attributes = new JsonObject { ["enabled"] = version.Enabled };
        if (version.NotBefore is { } start) attributes["nbf"] = start.ToUnixTimeSeconds();
        if (version.Expires is { } end) attributes["exp"] = end.ToUnixTimeSeconds();
        attributes["created"] = version.Created.ToUnixTimeSeconds();
        attributes["updated"] = version.Created.ToUnixTimeSeconds();
        attributes["recoveryLevel"] = "Recoverable+Purgeable";
        attributes["recoverableDays"] = 90;
        return attributes;
    }
}
