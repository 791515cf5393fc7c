using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Kubernetes;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;
using static Fabraix.Proxy.WireTests.Stores.Readings;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>What the proxy reads from the API of its cluster, and what it makes of each answer. Changes: <see cref="KubernetesWatchTests"/>.</summary>
public sealed class KubernetesTests : IAsyncLifetime
{
    private KubernetesFake cluster = null!;
    private KubernetesStore store = null!;
    private string name = "";
    private string value = "";

    public async ValueTask InitializeAsync()
    {
        cluster = await KubernetesFake.StartAsync();
        store = new KubernetesStore(KubernetesSubject.Context(cluster));
        (name, value) = (cluster.NewName(), Made.ApiKey());
        cluster.Put(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Reads_a_key_of_a_secret_and_its_version()
    {
        AssertHolds(value, cluster.ResourceVersion(name), await ReadAsync());
        var version = cluster.Put(name, new Dictionary<string, string> { ["other"] = value });

        AssertHolds(value, version, await store.ReadAsync(cluster.Reference(name, field: "other")));
        AssertFails(SecretOutcome.NoField, "no such key", await ReadAsync());
    }

    [Fact]
    public async Task Tells_what_is_not_there_from_what_it_may_not_read()
    {
        AssertFails(SecretOutcome.Absent, "no such secret", await store.ReadAsync(cluster.Reference(cluster.NewName())));
        AssertFails(SecretOutcome.Forbidden, "may not read", await store.ReadAsync($"kubernetes:kube-system/{name}#api_key"));
        cluster.Deny(name);
        AssertFails(SecretOutcome.Forbidden, "may not read", await ReadAsync());
        cluster.Allow(name);

        AssertHolds(value, cluster.ResourceVersion(name), await ReadAsync());
    }

    [Fact]
    public async Task Leaves_a_throttling_cluster_alone_as_long_as_it_asks()
    {
        await cluster.SetFaultAsync(Fault.Throttle(7));
        var reading = await ReadAsync();

        AssertFails(SecretOutcome.Throttled, "less often", reading);
        Assert.Equal(TimeSpan.FromSeconds(7), reading.RetryAfter);
    }

    [Fact]
    public async Task Shows_the_token_that_is_there_then()
    {
        await ReadAsync();
        cluster.PodToken.Revoke();
        AssertFails(SecretOutcome.Forbidden, "does not accept", await ReadAsync());
        cluster.PodToken.Rotate();

        AssertHolds(value, cluster.ResourceVersion(name), await ReadAsync());
    }

    [Fact]
    public async Task Trusts_the_clusters_authority_and_no_other()
    {
        using var stranger = SelfSigned.Make("127.0.0.1");
        await WriteAuthorityAsync(stranger.ExportCertificatePem());
        AssertFails(SecretOutcome.Unavailable, "certificate is not trusted", await ReadAsync());
        Assert.Empty(cluster.Seen);
        await WriteAuthorityAsync(cluster.CaPem);

        AssertHolds(value, cluster.ResourceVersion(name), await ReadAsync());
    }

    [Theory]
    [InlineData("token", true, "the pod's service account token cannot be read")]
    [InlineData("ca.crt", false, "the pod's ca.crt cannot be read")]
    public async Task Says_what_the_pod_is_missing(string file, bool isIdentity, string why)
    {
        File.Delete(Path.Combine(cluster.ServiceAccountFolder, file));
        AssertFails(isIdentity ? SecretOutcome.Forbidden : SecretOutcome.Unavailable, why, await ReadAsync());
    }

    [Fact]
    public async Task Says_that_it_is_in_no_cluster()
    {
        using var elsewhere = new KubernetesStore(KubernetesSubject.Context(cluster) with { Variable = _ => null });
        AssertFails(SecretOutcome.Unavailable, "KUBERNETES_SERVICE_HOST", await elsewhere.ReadAsync(cluster.Reference(name)));
    }

    [Fact]
    public async Task Finds_a_cluster_of_IPv6()
    {
        var asked = "";
        using var store = new KubernetesStore(KubernetesSubject.Context(cluster) with
        {
            Variable = variable => variable == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : "6443",
            Connections = handler => handler.ConnectCallback = (connection, _) =>
            {
                asked = $"{connection.DnsEndPoint.Host} {connection.DnsEndPoint.Port}";
                throw new IOException("Not in a test");
            },
        });

        AssertFails(SecretOutcome.Unavailable, "could not be reached", await store.ReadAsync(cluster.Reference(name)));
        Assert.Equal("fd00::1 6443", asked.Trim('[').Replace("]", "", StringComparison.Ordinal));
    }

    private Task WriteAuthorityAsync(string pem) => File.WriteAllTextAsync(Path.Combine(cluster.ServiceAccountFolder, "ca.crt"), pem, TestContext.Current.CancellationToken);

    private Task<KeyReading> ReadAsync() => store.ReadAsync(cluster.Reference(name));
}
