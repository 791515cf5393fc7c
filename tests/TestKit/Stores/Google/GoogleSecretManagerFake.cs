using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>Google Secret Manager by REST: versions by number or as latest, payloads with their checksum.</summary>
internal sealed class GoogleSecretManagerFake : StoreFake
{
    private const string Access = ":access";
    private readonly bool ownsProject;

    private GoogleSecretManagerFake(GoogleProject? project, TimeProvider? time) : base(project?.Time ?? time)
    {
        Project = project ?? new GoogleProject(time);
        ownsProject = project is null;
    }

    public override StoreFeatures Features => StoreFeatures.Versions | StoreFeatures.Disable | StoreFeatures.RetryAfter;

    public GoogleProject Project { get; }

    /// <summary>Without a slash at its end. The services have no variable for it.</summary>
    public string Endpoint => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Ends with it.</summary>
    public IAsyncDisposable? Companion { get; set; }

    /// <summary>Tells a checksum that is not the payload's, as a broken line in between would make it look.</summary>
    public bool WrongChecksum { get; set; }

    /// <param name="project">One of its own unless it is given; a given one is not disposed of with it.</param>
    public static async Task<GoogleSecretManagerFake> StartAsync(GoogleProject? project = null, TimeProvider? time = null)
    {
        var fake = new GoogleSecretManagerFake(project, time);
        await fake.ListenAsync();
        return fake;
    }

    public override string Reference(string name, string? version = null, string? field = null) =>
        $"gcp-secret-manager:{PathOf(name, version)}" + (field is null ? "" : "#" + field);

    /// <summary>The resource's name as clients say it.</summary>
    public string PathOf(string name, string? version = null) => $"projects/{Project.Id}/secrets/{name}/versions/{version ?? "latest"}";

    /// <summary>Destroys a version's payload for good; the version stays known.</summary>
    public void Destroy(string name, string? version = null) => Change(StoreFeatures.Versions, name, version, found => found.Destroyed = true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Companion is not null) await Companion.DisposeAsync();
        if (ownsProject) Project.Dispose();
    }

    protected override string NextVersion(StoredSecret secret) => (secret.Versions.Count + 1).ToString(CultureInfo.InvariantCulture);

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        var token = request.Bearer();
        // The service also takes what a service account signed itself, for the service's own name or with a scope.
        request.Identity = Project.Tokens.Holder(token) ?? (Project.Judge(token, "https://secretmanager.googleapis.com/") is null ? Project.ServiceAccount : null);
        if (request.Identity is not null) return null;
        request.Refusal = token is null ? "no token" : "bad token";
        return GoogleError.Of(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", ("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\""));
    }

    protected override bool IsRead(FakeRequest request) => request.Method == "GET" && request.RawPath.EndsWith(Access, StringComparison.Ordinal);

    protected override FakeAnswer AnswerLocked(FakeRequest request)
    {
        if (!IsRead(request) || request.Segments is not ["v1", "projects", var project, "secrets", var name, "versions", var last])
            return FakeAnswer.Text(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "text/html");
        var version = last[..^Access.Length];
        if (IsDenied(name) || (project != Project.Id && project != Project.Number))
            return GoogleError.Of(403, "PERMISSION_DENIED", $"Permission 'secretmanager.versions.access' denied for resource '{PathOf(name, version)}' (or it may not exist).");
        return Version(name, version);
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) => GoogleError.Throttled(retryAfterSeconds);

    protected override FakeAnswer ServerError() => GoogleError.Internal();

    private FakeAnswer Version(string name, string asked)
    {
        if (Find(name) is not { Deleted: false } secret) return GoogleError.Of(404, "NOT_FOUND", $"Secret [projects/{Project.Number}/secrets/{name}] not found or has no versions.");
        // "latest" is the one that was made last, whatever became of it.
        var version = asked == "latest" ? secret.Latest! : secret.Find(asked);
        var path = $"projects/{Project.Number}/secrets/{name}/versions/{version?.Id ?? asked}";
        if (version is null) return GoogleError.Of(404, "NOT_FOUND", $"Secret Version [{path}] not found.");
        if (version.Destroyed || !version.Enabled)
            return GoogleError.Of(400, "FAILED_PRECONDITION", $"Secret Version [{path}] is in {(version.Destroyed ? "DESTROYED" : "DISABLED")} state.");
        var checksum = Crc32C(version.Value) ^ (WrongChecksum ? 1u : 0);
        return FakeAnswer.Json(200, new JsonObject
        {
            ["name"] = path,
            ["payload"] = new JsonObject
            {
                ["data"] = Convert.ToBase64String(version.Value),
                // proto3 JSON writes 64-bit numbers as texts.
                ["dataCrc32c"] = checksum.ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    private static uint Crc32C(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C);
}
