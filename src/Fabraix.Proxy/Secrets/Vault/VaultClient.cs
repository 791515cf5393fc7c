using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Secrets.Vault;

/// <summary>Asks Vault or OpenBao: where, through which namespace and with which trust, the variables of their own clients say.</summary>
internal sealed class VaultClient : IDisposable
{
    private readonly StoreContext _context;
    private readonly AuthorityFile? _authorities;
    private readonly StoreHttp _http;

    public VaultClient(StoreContext context)
    {
        _context = context;
        _authorities = context.Variable("VAULT_CACERT") is { } file ? new AuthorityFile(file) : null;
        _http = new StoreHttp(context, only: _authorities);
    }

    /// <summary>What keeps it from asking at all, or null.</summary>
    public SecretReading? Problem() => (Address, _authorities) switch
    {
        (null, _) => SecretReading.Failed(SecretOutcome.Unavailable, "VAULT_ADDR is not set, or no http or https URL: set Vault's address, such as https://vault.example.com:8200"),
        (_, { } file) when !file.Load() => SecretReading.Failed(SecretOutcome.Unavailable, "the file of VAULT_CACERT cannot be read, or holds no certificate in PEM"),
        _ => null,
    };

    /// <summary>Asks once. <see cref="Problem"/> was asked before.</summary>
    /// <param name="method">How.</param>
    /// <param name="target">Path and query below <c>/v1/</c>.</param>
    /// <param name="token">Who asks; null for a login.</param>
    /// <param name="body">What is sent, or null.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<StoreAnswer> SendAsync(HttpMethod method, string target, string? token, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address!, "v1/" + target)) { Content = body };

        // An agent's listener may demand it, so that no page can make a browser ask: https://developer.hashicorp.com/vault/docs/agent-and-proxy/agent
        request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (_context.Variable("VAULT_NAMESPACE") is { } space)
            request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        return await _http.SendAsync(request, cancellation, token is null ? "Vault's login" : "the store");
    }

    public void Dispose() => _http.Dispose();

    private Uri? Address => Uri.TryCreate(_context.Variable("VAULT_ADDR")?.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0 && uri.Query.Length == 0 ? uri : null;
}
