using System.Diagnostics;
using System.Threading.Channels;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Kubernetes;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores;

/// <summary>How the proxy hears of a Secret's changes, whatever becomes of the answer that tells them.</summary>
public sealed class KubernetesWatchTests : IAsyncLifetime
{
    private readonly Channel<long> changes = Channel.CreateUnbounded<long>();
    private readonly CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private KubernetesFake cluster = null!;
    private KubernetesStore store = null!;
    private string name = "";
    private Task watch = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await KubernetesFake.StartAsync();
        store = new KubernetesStore(KubernetesSubject.Context(cluster));
        name = cluster.NewName();
        cluster.Put(name, Made.ApiKey());
        Assert.True(SecretReference.TryParse(cluster.Reference(name), out var secret));
        watch = store.WatchAsync(secret, () => changes.Writer.TryWrite(Stopwatch.GetTimestamp()), end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => watch.InTimeAsync("the watch's end"));
        store.Dispose();
        await cluster.DisposeAsync();
        end.Dispose();
    }

    [Fact]
    public async Task Sees_what_is_there_and_each_change_within_a_second()
    {
        await SeeAsync();
        for (var change = 0; change < 3; change++)
        {
            var before = Stopwatch.GetTimestamp();
            cluster.Put(name, Made.ApiKey());
            Assert.InRange(Stopwatch.GetElapsedTime(before, await SeeAsync()), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }

        cluster.Delete(name);
        await SeeAsync();
        Assert.Equal((1, 0), (cluster.Watches, cluster.Reads));
    }

    [Fact]
    public async Task Asks_for_one_secret_and_for_a_bounded_time_and_does_not_need_the_value()
    {
        await SeeAsync();
        cluster.Put(cluster.NewName(), Made.ApiKey());
        var seen = Assert.Single(cluster.Seen);

        Assert.Equal($"/api/v1/namespaces/fabraix/secrets?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D{name}&timeoutSeconds=300", seen.Target);
        Assert.StartsWith("application/json;as=PartialObjectMetadata", seen.Header("Accept"), StringComparison.Ordinal);
        Assert.False(changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Goes_on_where_an_answer_ended()
    {
        await SeeAsync();
        var place = cluster.ResourceVersion(name);
        cluster.EndWatches();
        await SecondAsync(place);
        cluster.Put(name, Made.ApiKey());
        await SeeAsync();

        Assert.False(changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Asks_about_once_a_second_however_often_the_answer_ends()
    {
        await SeeAsync();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2);)
        {
            cluster.Put(name, Made.ApiKey());
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
            cluster.EndWatches();
        }

        Assert.InRange(cluster.Watches, 2, 4);
    }

    [Fact]
    public async Task Goes_on_from_a_bookmark_which_is_no_change()
    {
        await SeeAsync();
        cluster.Bookmark();
        cluster.EndWatches();
        await SecondAsync((long.Parse(cluster.ResourceVersion(name)) + 1).ToString());

        Assert.False(changes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Begins_anew_when_its_place_is_gone_and_misses_nothing()
    {
        await SeeAsync();
        cluster.ExpireWatches();
        await SeeAsync();
        await Bounds.UntilAsync(() => cluster.OpenWatches == 1, "the second watch");
        Assert.DoesNotContain("resourceVersion", cluster.Seen[^1].Target, StringComparison.Ordinal);
        cluster.Put(name, Made.ApiKey());
        await SeeAsync();
    }

    [Fact]
    public async Task Goes_on_with_the_token_that_is_there_then()
    {
        await SeeAsync();
        cluster.PodToken.Revoke();
        var token = cluster.PodToken.Rotate();
        cluster.EndWatches();
        await SecondAsync(cluster.ResourceVersion(name));

        Assert.Equal("Bearer " + token, cluster.Seen[^1].Header("Authorization"));
    }

    [Fact]
    public async Task Gives_up_where_it_may_not_watch()
    {
        await SeeAsync();
        cluster.Deny(name);
        cluster.EndWatches();

        await Assert.ThrowsAsync<HttpRequestException>(() => watch.InTimeAsync("the watch's end"));
    }

    [Fact]
    public async Task Gives_up_where_the_cluster_is_gone()
    {
        await SeeAsync();
        await cluster.SetFaultAsync(Fault.RefuseConnections);

        await Assert.ThrowsAsync<HttpRequestException>(() => watch.InTimeAsync("the watch's end"));
    }

    private Task<long> SeeAsync() => changes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync("a change");

    private async Task SecondAsync(string place)
    {
        await Bounds.UntilAsync(() => cluster.Watches == 2 && cluster.OpenWatches == 1, "the second watch");
        Assert.EndsWith("&resourceVersion=" + place, cluster.Seen[^1].Target, StringComparison.Ordinal);
    }
}
