using System.Text.Json;

namespace Fabraix.Proxy.Secrets.Kubernetes;

/// <summary>
/// Follows the changes of one Secret (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes). It
/// begins from nowhere, which first tells what is there, goes on where the last answer ended, and begins again when the cluster no longer
/// knows that place. Selected by name, so that a role may allow it for this Secret alone.
/// </summary>
internal sealed class SecretWatch(ClusterClient cluster, TimeProvider time, string space, string name, Action changed)
{
    // The value stays where it is: changes are told by metadata. A server that cannot do that sends the whole Secret.
    private const string MetadataAlone = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private string? _place;

    /// <exception cref="HttpRequestException">The cluster cannot be reached, or does not allow it.</exception>
    /// <exception cref="NoIdentityException">The pod has no token.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var began = time.GetTimestamp();
            await OnceAsync(cancellation);
            if (time.GetElapsedTime(began) < Pause)
                await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task OnceAsync(CancellationToken cancellation)
    {
        // The server ends it in time; a connection that has died in silence does not.
        using var limit = new CancellationTokenSource(Longest + Grace, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await cluster.OpenAsync(Target(), MetadataAlone, both.Token);
            if (response.StatusCode == System.Net.HttpStatusCode.Gone)
                _place = null;
            else
                await ReadAsync(response.EnsureSuccessStatusCode(), both.Token);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Broken off, or silent for too long: another connection goes on from the same place.
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var line in JsonLines.ReadAsync(body, cancellation))
        {
            using (line)
            {
                if (!Take(line.RootElement))
                    return;
            }
        }
    }

    /// <summary>Whether the watch goes on after the event.</summary>
    private bool Take(JsonElement told)
    {
        var (type, of) = (told.GetProperty("type").GetString(), told.GetProperty("object"));
        if (type == "ERROR")
        {
            // 410 Gone: the place is too old. Anything else may be about it as well.
            _place = null;
            return false;
        }

        _place = of.GetProperty("metadata").GetProperty("resourceVersion").GetString();
        if (type != "BOOKMARK")
            changed();
        return true;
    }

    private string Target() =>
        $"api/v1/namespaces/{space}/secrets?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D{name}&timeoutSeconds={Longest.TotalSeconds:0}"
        + (_place is null ? "" : $"&resourceVersion={Uri.EscapeDataString(_place)}");
}
