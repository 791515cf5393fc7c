using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>Vault's tokens, and the two ways to get one: AppRole, and the pod's own token (Kubernetes).</summary>
internal sealed class VaultAuth : IDisposable
{
    /// <summary>What a lease is where nothing else was said: 32 days.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromDays(32);

    private int logins;
    private int renewals;

    public VaultAuth(TimeProvider time)
    {
        Tokens = new TokenBook(time);
        PodToken = new ProjectedToken("vault", time);
        Capture.Process.AddSecret("secret id", System.Text.Encoding.ASCII.GetBytes(SecretId));
    }

    public TokenBook Tokens { get; }

    /// <summary>The pod's token that the Kubernetes login takes.</summary>
    public ProjectedToken PodToken { get; }

    public string RoleId { get; } = Guid.NewGuid().ToString();

    public string SecretId { get; } = Guid.NewGuid().ToString();

    /// <summary>The role that the Kubernetes login knows.</summary>
    public string Role { get; } = "fabraix-proxy";

    public string AppRoleMount { get; set; } = "approle";

    public string KubernetesMount { get; set; } = "kubernetes";

    /// <summary>How long tokens of a login and of a renewal live.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromHours(1);

    public bool Renewable { get; set; } = true;

    public int Logins => Volatile.Read(ref logins);

    public int Renewals => Volatile.Read(ref renewals);

    /// <summary>A token as an operator would make it, for VAULT_TOKEN.</summary>
    public string MakeToken(TimeSpan? lifetime = null) => Tokens.Issue("operator's token", lifetime ?? DefaultLease, "hvs.");

    /// <summary>Ends every token that was handed out so far: the next read with one is a 403.</summary>
    public void RevokeTokens() => Tokens.RevokeAll();

    public static bool IsLogin(FakeRequest request) => request.Method is "POST" or "PUT" && request.Segments is ["v1", "auth", .., "login"];

    public static FakeAnswer Error(int status, params string[] messages) =>
        FakeAnswer.Json(status, new JsonObject { ["errors"] = new JsonArray([.. messages.Select(message => JsonValue.Create(message))]) });

    public FakeAnswer Login(FakeRequest request)
    {
        var mount = string.Join('/', request.Segments[2..^1]);
        if (mount == AppRoleMount)
        {
            if (request.JsonText("role_id") != RoleId || request.JsonText("secret_id") != SecretId) return Error(400, "invalid role or secret ID");
            request.Identity = "approle";
        }
        else if (mount == KubernetesMount)
        {
            if (request.JsonText("role") is not { Length: > 0 } role) return Error(400, "missing role");
            if (role != Role) return Error(400, $"invalid role name \"{role}\"");
            if (PodToken.Judge(request.JsonText("jwt")) is not null) return Error(403, "permission denied");
            request.Identity = "kubernetes";
        }
        else
        {
            return Error(403, "permission denied");
        }
        Interlocked.Increment(ref logins);
        return Granted(Tokens.Issue(request.Identity, Lease, "hvs."), request.Identity);
    }

    /// <summary>What a token may ask about itself; null for anything else.</summary>
    public FakeAnswer? Answer(FakeRequest request)
    {
        var token = request.Header("X-Vault-Token")!;
        switch (request.Method, request.RawPath)
        {
            case ("GET", "/v1/auth/token/lookup-self"):
                return FakeAnswer.Json(200, new JsonObject { ["data"] = new JsonObject { ["ttl"] = (long)Tokens.Left(token).TotalSeconds, ["renewable"] = Renewable, ["type"] = "service" } });
            case ("POST" or "PUT", "/v1/auth/token/renew-self"):
                if (!Renewable) return Error(400, "lease is not renewable");
                Tokens.Renew(token, Lease);
                Interlocked.Increment(ref renewals);
                return Granted(token, request.Identity!);
            default:
                return null;
        }
    }

    public void Dispose() => PodToken.Dispose();

    private FakeAnswer Granted(string token, string identity) => FakeAnswer.Json(200, new JsonObject
    {
        ["request_id"] = Guid.NewGuid().ToString(),
        ["lease_id"] = "",
        ["renewable"] = false,
        ["lease_duration"] = 0,
        ["data"] = null,
        ["warnings"] = null,
        ["auth"] = new JsonObject
        {
            ["client_token"] = token,
            ["accessor"] = Guid.NewGuid().ToString(),
            ["policies"] = new JsonArray("default", "fabraix"),
            ["token_policies"] = new JsonArray("default", "fabraix"),
            ["metadata"] = new JsonObject { ["role"] = identity },
            ["lease_duration"] = (long)Lease.TotalSeconds,
            ["renewable"] = Renewable,
            ["token_type"] = "service",
            ["orphan"] = true,
        },
    });
}
