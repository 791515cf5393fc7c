using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// HashiCorp Vault or OpenBao: one key-value mount of either version behind tokens, which its <see cref="Auth"/> hands out.
/// A plain value lies in the field <see cref="StoreFake.DefaultField"/>.
/// </summary>
internal sealed class VaultFake : StoreFake
{
    private VaultFake(int kvVersion, string mount, TimeProvider? time, X509Certificate2? certificate) : base(time, certificate)
    {
        KvVersion = kvVersion;
        Mount = mount;
        Auth = new VaultAuth(Time);
    }

    public override StoreFeatures Features => StoreFeatures.FieldsOnly | StoreFeatures.RetryAfter | (KvVersion == 2 ? StoreFeatures.Versions | StoreFeatures.Expire : StoreFeatures.None);

    public int KvVersion { get; }

    public string Mount { get; }

    public VaultAuth Auth { get; }

    /// <summary>Who comes without this X-Vault-Namespace, or with another one, is refused; without a namespace none may be named.</summary>
    public string? Namespace { get; set; }

    /// <summary>Refuses requests without X-Vault-Request, as an agent's or a proxy's listener does (require_request_header).</summary>
    public bool DemandsRequestHeader { get; set; } = true;

    /// <summary>Answers everything with 503.</summary>
    public bool Sealed { get; set; }

    /// <summary>Answers logins and renewals with 500; <see cref="FakeServer.Fault"/> is for reads.</summary>
    public bool FailsLogins { get; set; }

    /// <summary>For VAULT_ADDR.</summary>
    public string Endpoint => Address.GetLeftPart(UriPartial.Authority);

    /// <param name="certificate">Makes it an https server, which owns it.</param>
    public static async Task<VaultFake> StartAsync(int kvVersion = 2, string mount = "secret", TimeProvider? time = null, X509Certificate2? certificate = null)
    {
        var fake = new VaultFake(kvVersion, mount, time, certificate);
        await fake.ListenAsync();
        return fake;
    }

    public override string NewName() => "apps/" + base.NewName();

    public override string Reference(string name, string? version = null, string? field = null) =>
        $"vault:{PathOf(name)}{(version is null ? "" : "?version=" + version)}#{field ?? DefaultField}";

    /// <summary>The path below /v1/ under which a secret is read.</summary>
    public string PathOf(string name) => KvVersion == 2 ? $"{Mount}/data/{name}" : $"{Mount}/{name}";

    /// <summary>Deletes a version; that it was there is still told.</summary>
    public void DeleteVersion(string name, string? version = null) => Change(StoreFeatures.Versions, name, version, found => found.Deleted = Time.GetUtcNow());

    public void Destroy(string name, string? version = null) => Change(StoreFeatures.Versions, name, version, found => found.Destroyed = true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Auth.Dispose();
    }

    protected override string NextVersion(StoredSecret secret) => (secret.Versions.Count + 1).ToString(CultureInfo.InvariantCulture);

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        if (DemandsRequestHeader && request.Header("X-Vault-Request") != "true") return Refuse(request, 412, "missing 'X-Vault-Request' header");
        if (Sealed) return Refuse(request, 503, "Vault is sealed");
        if ((request.Header("X-Vault-Namespace")?.Trim('/') ?? "") != (Namespace?.Trim('/') ?? "")) return Refuse(request, 403, "permission denied");
        if (VaultAuth.IsLogin(request))
        {
            if (FailsLogins) return Refuse(request, 500, "internal error");
            var answer = Auth.Login(request);
            if (answer.Status != 200) request.Refusal = "bad login";
            return answer;
        }
        request.Identity = Auth.Tokens.Holder(request.Header("X-Vault-Token"));
        return request.Identity is null ? Refuse(request, 403, "permission denied") : null;
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "GET" && !request.RawPath.StartsWith("/v1/auth/", StringComparison.Ordinal);

    protected override FakeAnswer AnswerLocked(FakeRequest request)
    {
        if (!IsRead(request)) return FailsLogins ? ServerError() : Auth.Answer(request) ?? Error(405, "unsupported operation");
        var prefix = "/v1/" + PathOf("");
        if (!request.RawPath.StartsWith(prefix, StringComparison.Ordinal)) return Error(403, "1 error occurred:\n\t* permission denied\n\n");
        var name = Uri.UnescapeDataString(request.RawPath[prefix.Length..]);
        if (IsDenied(name)) return Error(403, "1 error occurred:\n\t* permission denied\n\n");
        if (Find(name) is not { Deleted: false } secret) return Error(404);
        return KvVersion == 2 ? Version2(secret, request.Query("version")) : Answer(200, Fields(secret.Latest!), VaultAuth.DefaultLease);
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) =>
        VaultAuth.Error(429, "request path: rate limit quota exceeded") with { Headers = [("Retry-After", retryAfterSeconds.ToString())] };

    protected override FakeAnswer ServerError() => Error(500, "internal error");

    private static FakeAnswer Refuse(FakeRequest request, int status, string message)
    {
        request.Refusal = message;
        return Error(status, message);
    }

    private static FakeAnswer Error(int status, params string[] messages) => VaultAuth.Error(status, messages);

    private static FakeAnswer Answer(int status, JsonObject data, TimeSpan lease) => FakeAnswer.Json(status, new JsonObject
    {
        ["request_id"] = Guid.NewGuid().ToString(),
        ["lease_id"] = "",
        ["renewable"] = false,
        ["lease_duration"] = (long)lease.TotalSeconds,
        ["data"] = data,
        ["wrap_info"] = null,
        ["warnings"] = null,
        ["auth"] = null,
    });

    private static JsonObject Fields(StoredVersion version) =>
        new(version.Fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)System.Text.Encoding.UTF8.GetString(field.Value))));

    /// <summary>A version that was there and is not any more is a 404 like one that never was, but with its story.</summary>
    private FakeAnswer Version2(StoredSecret secret, string? asked)
    {
        var version = asked is null or "0" ? secret.Latest : secret.Find(asked);
        if (version is null) return Error(404);
        var ended = version.Deleted ?? version.Expires;
        var gone = version.Destroyed || ended <= Time.GetUtcNow();
        var metadata = new JsonObject
        {
            ["created_time"] = Text(version.Created),
            ["custom_metadata"] = null,
            ["deletion_time"] = ended is { } end ? Text(end) : "",
            ["destroyed"] = version.Destroyed,
            ["version"] = int.Parse(version.Id, CultureInfo.InvariantCulture),
        };
        return Answer(gone ? 404 : 200, new JsonObject { ["data"] = gone ? null : Fields(version), ["metadata"] = metadata }, TimeSpan.Zero);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
