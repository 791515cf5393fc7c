using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Secrets.Kubernetes;

/// <summary>
/// Asks the API of the cluster that the proxy runs in, as its pod's service account, and trusts no authority but the cluster's
/// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/). Token and authority are read anew: both are replaced while it runs.
/// </summary>
internal sealed class ClusterClient : IDisposable
{
    private readonly StoreContext _context;
    private readonly AuthorityFile _authority;
    private readonly StoreHttp _http;

    public ClusterClient(StoreContext context)
    {
        (_context, _authority) = (context, new AuthorityFile(Path.Combine(context.ServiceAccountFolder, "ca.crt")));
        _http = new StoreHttp(context, only: _authority);
    }

    /// <summary>What keeps it from asking at all, or null.</summary>
    public SecretReading? Problem() => (Address, _authority.Load()) switch
    {
        (null, _) => SecretReading.Failed(SecretOutcome.Unavailable, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: a cluster sets them in its pods, and this store is for those alone"),
        (_, false) => SecretReading.Failed(SecretOutcome.Unavailable, "the pod's ca.crt cannot be read: mount the service account's token (automountServiceAccountToken)"),
        _ => null,
    };

    /// <summary>Asks once. <see cref="Problem"/> was asked before.</summary>
    /// <exception cref="NoIdentityException">The pod has no token.</exception>
    public async Task<StoreAnswer> GetAsync(string target, CancellationToken cancellation)
    {
        using var request = await RequestAsync(target, "application/json", cancellation);
        return await _http.SendAsync(request, cancellation);
    }

    /// <summary>Asks once and leaves the body unread.</summary>
    /// <exception cref="NoIdentityException">The pod has no token.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string target, string accept, CancellationToken cancellation)
    {
        using var request = await RequestAsync(target, accept, cancellation);
        return await _http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private Uri? Address => (_context.Variable("KUBERNETES_SERVICE_HOST"), _context.Variable("KUBERNETES_SERVICE_PORT")) is ({ } host, { } port)
        && Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/", UriKind.Absolute, out var uri) ? uri : null;

    private async Task<HttpRequestMessage> RequestAsync(string target, string accept, CancellationToken cancellation)
    {
        var token = await IdentityFile.ReadTokenAsync(Path.Combine(_context.ServiceAccountFolder, "token"), "the pod's service account token", cancellation);
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address!, target));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }
}
