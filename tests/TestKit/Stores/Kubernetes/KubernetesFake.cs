using System.Globalization;
using System.Text.Json.Nodes;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// The Kubernetes API as far as Secrets of one namespace go: reading one, listing, and watching for changes. It takes the
/// token of the pod's service account, whose folder lies on the disk as in a pod.
/// </summary>
internal sealed class KubernetesFake : StoreFake
{
    private readonly SecretWatches watches = new();
    private long revision = 1000;
    private int watchCount;

    private KubernetesFake(TimeProvider? time) : base(time, SelfSigned.Make("kubernetes.default.svc", "localhost", "127.0.0.1"))
    {
        PodToken = new ProjectedToken("https://kubernetes.default.svc", Time);
        File.WriteAllText(Path.Combine(PodToken.Folder, "ca.crt"), CaPem);
        File.WriteAllText(Path.Combine(PodToken.Folder, "namespace"), Namespace);
    }

    public override StoreFeatures Features => StoreFeatures.FieldsOnly | StoreFeatures.RetryAfter;

    public string Namespace { get; } = "fabraix";

    public ProjectedToken PodToken { get; }

    /// <summary>What a pod finds in /var/run/secrets/kubernetes.io/serviceaccount: token, ca.crt, namespace.</summary>
    public string ServiceAccountFolder => PodToken.Folder;

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1",
        ["KUBERNETES_SERVICE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Watches that were begun; they do not count as reads.</summary>
    public int Watches => Volatile.Read(ref watchCount);

    /// <summary>Watches under way.</summary>
    public int OpenWatches => watches.Open;

    public static async Task<KubernetesFake> StartAsync(TimeProvider? time = null)
    {
        var fake = new KubernetesFake(time);
        await fake.ListenAsync();
        return fake;
    }

    public override string Reference(string name, string? version = null, string? field = null) => $"kubernetes:{Namespace}/{name}#{field ?? DefaultField}";

    /// <summary>The resourceVersion of a Secret.</summary>
    public string ResourceVersion(string name) => Versions(name)[^1];

    /// <summary>Forgets what happened so far: a watch from an earlier resourceVersion gets 410 Gone as an event.</summary>
    public void ForgetHistory() => Locked(() => watches.Forget(revision));

    /// <summary>Tells every watch that is under way 410 Gone, and ends it.</summary>
    public void ExpireWatches() => Locked(() => watches.Expire());

    /// <summary>Ends every watch that is under way, as the server does now and then.</summary>
    public void EndWatches() => Locked(() => watches.End());

    /// <summary>Sends the present resourceVersion to watches that allow bookmarks.</summary>
    public void Bookmark() => Locked(() => watches.Bookmark(KubernetesObjects.Bookmark(++revision)));

    public override async ValueTask DisposeAsync()
    {
        EndWatches();
        await base.DisposeAsync();
        PodToken.Dispose();
    }

    protected override string NextVersion(StoredSecret secret) => (++revision).ToString(CultureInfo.InvariantCulture);

    protected override void Added(StoredSecret secret) => watches.Happened(secret.Name, revision, secret.Versions.Count == 1 ? "ADDED" : "MODIFIED", Of(secret));

    protected override void Deleting(StoredSecret secret)
    {
        var last = Of(secret);
        last["metadata"]!["resourceVersion"] = (++revision).ToString(CultureInfo.InvariantCulture);
        watches.Happened(secret.Name, revision, "DELETED", last);
    }

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        request.Refusal = PodToken.Judge(request.Bearer());
        if (request.Refusal is not null) return KubernetesObjects.Status(401, "Unauthorized", "Unauthorized");
        request.Identity = ProjectedToken.Subject;
        return null;
    }

    protected override bool IsRead(FakeRequest request) => SuffersFault(request) && !IsWatch(request);

    protected override bool SuffersFault(FakeRequest request) =>
        request.Method == "GET" && request.Segments is ["api", "v1", "namespaces", _, "secrets", ..];

    protected override FakeAnswer AnswerLocked(FakeRequest request)
    {
        if (!SuffersFault(request)) return KubernetesObjects.Status(404, "NotFound", "the server could not find the requested resource");
        var name = request.Segments.Length > 5 ? request.Segments[5] : Selected(request);
        var verb = IsWatch(request) ? "watch" : request.Segments.Length > 5 ? "get" : "list";
        if (request.Segments[3] != Namespace || (name is not null && IsDenied(name)))
            return KubernetesObjects.Forbidden(ProjectedToken.Subject, verb, name, request.Segments[3]);
        return verb switch
        {
            "watch" => Watch(request, name),
            "get" => Present(name!) is { } secret ? FakeAnswer.Json(200, Of(secret)) : KubernetesObjects.NotFound(name!),
            _ => FakeAnswer.Json(200, KubernetesObjects.List(revision, name is null ? [] : Present(name) is { } only ? [Of(only)] : [])),
        };
    }

    protected override FakeAnswer Throttled(int retryAfterSeconds) => KubernetesObjects.TooMany(retryAfterSeconds);

    protected override FakeAnswer ServerError() => KubernetesObjects.Status(500, "InternalError", "Internal error occurred");

    private static bool IsWatch(FakeRequest request) => request.Query("watch") is "true" or "1";

    private static string? Selected(FakeRequest request) =>
        request.Query("fieldSelector") is { } selector && selector.StartsWith("metadata.name=", StringComparison.Ordinal) ? selector["metadata.name=".Length..].TrimStart('=') : null;

    private StoredSecret? Present(string name) => Find(name) is { Deleted: false } secret ? secret : null;

    private JsonObject Of(StoredSecret secret) => KubernetesObjects.Secret(Namespace, secret);

    /// <summary>From a resourceVersion on what happened since; without one, or from 0, what is there first.</summary>
    private FakeAnswer Watch(FakeRequest request, string? name)
    {
        if (name is null) return KubernetesObjects.Status(400, "BadRequest", "Only a watch for one name is known here");
        Interlocked.Increment(ref watchCount);
        var from = long.TryParse(request.Query("resourceVersion"), out var given) ? given : 0;
        var bookmarks = request.Query("allowWatchBookmarks") is "true" or "1";
        var limit = int.TryParse(request.Query("timeoutSeconds"), out var seconds) ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
        return FakeAnswer.Text(200, "", "application/json") with
        {
            Stream = context =>
            {
                var watch = Locked(() => watches.Begin(name, from, from == 0 && Present(name) is { } secret ? Of(secret) : null, bookmarks));
                return watches.SendAsync(watch, context, limit, Time, Stopping);
            },
        };
    }
}
