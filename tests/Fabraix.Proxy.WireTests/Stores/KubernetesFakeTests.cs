using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using k8s;
using k8s.Authentication;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>The Kubernetes API of the tests is one to a genuine client: TLS, tokens, Secrets, watches and errors.</summary>
public sealed class KubernetesFakeTests : IAsyncLifetime
{
    private KubernetesFake cluster = null!;
    private Kubernetes client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cluster = await KubernetesFake.StartAsync();
        // As InClusterConfig does it, from another folder than the one that a pod has.
        client = new Kubernetes(new KubernetesClientConfiguration
        {
            Host = $"https://{cluster.Environment["KUBERNETES_SERVICE_HOST"]}:{cluster.Environment["KUBERNETES_SERVICE_PORT"]}",
            SslCaCerts = [X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(cluster.ServiceAccountFolder, "ca.crt"), Stop))],
            TokenProvider = new TokenFileAuth(Path.Combine(cluster.ServiceAccountFolder, "token")),
        });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Lets_the_client_read_a_secret_and_see_a_new_version()
    {
        var (name, first, second) = (cluster.NewName(), Made.ApiKey(), Made.ApiKey());
        cluster.Put(name, first);
        Assert.Equal(first, ValueOf(await ReadAsync(name)));
        var version = cluster.Put(name, new Dictionary<string, string> { [StoreFake.DefaultField] = second, ["other"] = "x" });
        var secret = await ReadAsync(name);

        Assert.Equal((second, version), (ValueOf(secret), secret.Metadata.ResourceVersion));
        Assert.Equal("x"u8.ToArray(), secret.Data["other"]);
        Assert.Equal((2, ProjectedToken.Subject), (cluster.Reads, cluster.Seen[^1].Identity));
    }

    [Fact]
    public async Task Tells_the_client_that_there_is_no_such_secret()
    {
        var deleted = cluster.NewName();
        cluster.Put(deleted, Made.ApiKey());
        cluster.Delete(deleted);
        await AssertFailsAsync(HttpStatusCode.NotFound, "NotFound", cluster.NewName());
        await AssertFailsAsync(HttpStatusCode.NotFound, "NotFound", deleted);
    }

    [Fact]
    public async Task Tells_the_client_that_it_may_not_read()
    {
        var name = cluster.NewName();
        cluster.Put(name, Made.ApiKey());
        cluster.Deny(name);
        await AssertFailsAsync(HttpStatusCode.Forbidden, "Forbidden", name);
        await AssertFailsAsync(HttpStatusCode.Forbidden, "Forbidden", name, "kube-system");
    }

    [Fact]
    public async Task Throttles_the_client()
    {
        await cluster.SetFaultAsync(Fault.Throttle(7));
        var failure = await AssertFailsAsync((HttpStatusCode)429, "TooManyRequests", cluster.NewName());
        Assert.Equal("7", failure.Response.Headers["Retry-After"].Single());
    }

    [Fact]
    public async Task Refuses_a_token_that_was_revoked()
    {
        cluster.PodToken.Revoke();
        await AssertFailsAsync(HttpStatusCode.Unauthorized, "Unauthorized", cluster.NewName());
        Assert.Equal(("revoked", 0), (cluster.Seen[0].Refusal, cluster.Reads));
    }

    [Fact]
    public async Task Lets_the_client_watch_a_secret_from_where_it_read_it()
    {
        var (name, second, third) = (cluster.NewName(), Made.ApiKey(), Made.ApiKey());
        cluster.Put(name, Made.ApiKey());
        var read = await ReadAsync(name);
        cluster.Put(name, second);
        await using var events = Watch(name, read.Metadata.ResourceVersion).GetAsyncEnumerator(Stop);

        AssertEvent(WatchEventType.Modified, second, await NextAsync(events));
        cluster.Put(cluster.NewName(), Made.ApiKey());
        var version = cluster.Put(name, third);
        AssertEvent(WatchEventType.Modified, third, await NextAsync(events));
        cluster.Bookmark();
        var (type, bookmark) = await NextAsync(events);
        Assert.Equal(WatchEventType.Bookmark, type);
        Assert.True(long.Parse(bookmark.Metadata.ResourceVersion) > long.Parse(version));
        cluster.Delete(name);
        AssertEvent(WatchEventType.Deleted, third, await NextAsync(events));
        cluster.EndWatches();

        Assert.False(await events.MoveNextAsync().AsTask().InTimeAsync("the watch's end"));
        Assert.Equal((1, 1), (cluster.Watches, cluster.Reads));
    }

    [Fact]
    public async Task Shows_a_watch_from_nowhere_what_is_there_first()
    {
        var (name, value) = (cluster.NewName(), Made.ApiKey());
        cluster.Put(name, value);
        await using var events = Watch(name, null).GetAsyncEnumerator(Stop);
        AssertEvent(WatchEventType.Added, value, await NextAsync(events));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tells_a_watch_that_its_version_is_gone(bool atOnce)
    {
        var name = cluster.NewName();
        var version = cluster.Put(name, Made.ApiKey());
        if (atOnce)
        {
            cluster.Put(name, Made.ApiKey());
            cluster.ForgetHistory();
        }
        var errors = new List<Exception>();
        await using var events = Watch(name, version, errors.Add).GetAsyncEnumerator(Stop);
        var next = events.MoveNextAsync().AsTask();
        if (!atOnce)
        {
            await Bounds.UntilAsync(() => cluster.OpenWatches == 1, "the watch");
            cluster.ExpireWatches();
        }

        Assert.False(await next.InTimeAsync("the watch's end"));
        var error = Assert.IsType<KubernetesException>(Assert.Single(errors));
        Assert.Equal((410, "Expired"), (error.Status.Code, error.Status.Reason));
        await Bounds.UntilAsync(() => cluster.OpenWatches == 0, "the watch's end at the server");
    }

    private static string ValueOf(V1Secret secret) => Encoding.UTF8.GetString(secret.Data[StoreFake.DefaultField]);

    private static void AssertEvent(WatchEventType type, string value, (WatchEventType Type, V1Secret Secret) seen) =>
        Assert.Equal((type, value), (seen.Type, ValueOf(seen.Secret)));

    private static async Task<(WatchEventType Type, V1Secret Secret)> NextAsync(IAsyncEnumerator<(WatchEventType, V1Secret)> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().InTimeAsync("an event"));
        return events.Current;
    }

    private Task<V1Secret> ReadAsync(string name, string? space = null) =>
        client.CoreV1.ReadNamespacedSecretAsync(name, space ?? cluster.Namespace, cancellationToken: Stop);

    private IAsyncEnumerable<(WatchEventType, V1Secret)> Watch(string name, string? version, Action<Exception>? failed = null) =>
        client.CoreV1.WatchListNamespacedSecretAsync(
            cluster.Namespace, allowWatchBookmarks: true, fieldSelector: "metadata.name=" + name, resourceVersion: version, onError: failed, cancellationToken: Stop);

    private async Task<HttpOperationException> AssertFailsAsync(HttpStatusCode status, string reason, string name, string? space = null)
    {
        var failure = await Assert.ThrowsAsync<HttpOperationException>(() => ReadAsync(name, space));
        Assert.Equal((status, reason), (failure.Response.StatusCode, KubernetesJson.Deserialize<V1Status>(failure.Response.Content).Reason));
        return failure;
    }
}
