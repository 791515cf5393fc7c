using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Gets the bytes of a JWK Set: from a file, a URL, or the jwks_uri of checked metadata. Bounded in time (5 s) and size
/// (1 MiB), without redirects and without cookies.
/// </summary>
internal sealed class KeyFetcher : IDisposable
{
    private const int LargestDocument = 1024 * 1024;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
        })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = LargestDocument,
    };

    /// <exception cref="InvalidDataException">The source answered with something that is no key set.</exception>
    /// <exception cref="HttpRequestException">It could not be reached, or did not answer 200.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(IssuerOptions issuer, CancellationToken cancellation)
    {
        var source = issuer.Keys;
        if (source.File is { } file)
            return await ReadFileAsync(file, cancellation);
        var jwks = source.Jwks ?? JwksUri(await GetAsync(source.Metadata!, cancellation), issuer);
        return await GetAsync(jwks, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(string file, CancellationToken cancellation)
    {
        if (new FileInfo(file) is { Exists: true, Length: > LargestDocument })
            throw new InvalidDataException("The file is larger than 1 MiB.");
        return await File.ReadAllBytesAsync(file, cancellation);
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4.3, RFC 8414 section 3.3: the document must speak of the issuer that it was asked for.</summary>
    private static Uri JwksUri(ReadOnlyMemory<byte> metadata, IssuerOptions issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(metadata, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            var root = document.RootElement;
            if (!root.TryGetProperty("issuer", out var named) || !named.ValueEquals(issuer.Issuer))
                throw new InvalidDataException("The metadata's issuer is not the configured Issuer.");
            if (!root.TryGetProperty("jwks_uri", out var at) || !Uri.TryCreate(at.GetString(), UriKind.Absolute, out var uri))
                throw new InvalidDataException("The metadata has no jwks_uri.");
            var cleartext = uri.Scheme == Uri.UriSchemeHttp && (uri.IsLoopback || issuer.Keys.DangerousAllowHttp);
            return uri.Scheme == Uri.UriSchemeHttps || cleartext ? uri : throw new InvalidDataException("The metadata's jwks_uri is not https.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("The metadata is not a JSON object without duplicate names.");
        }
    }

    private async Task<ReadOnlyMemory<byte>> GetAsync(Uri uri, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(uri, cancellation);
        return response.StatusCode == System.Net.HttpStatusCode.OK
            ? await response.Content.ReadAsByteArrayAsync(cancellation)
            : throw new HttpRequestException($"The key source answered {(int)response.StatusCode}.");
    }
}
