using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Fabraix.Proxy.Tokens;

/// <summary>
/// Gets the bytes of a JWK Set: from a file, a URL, or the jwks_uri of checked metadata. Bounded in time (5 s, metadata and key set
/// together) and size (1 MiB each), without redirects and without cookies.
/// </summary>
internal sealed class KeyFetcher(TimeProvider? time = null) : IDisposable
{
    /// <summary>How long a fetch may take, from its first byte to its last.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private const int LargestDocument = 1024 * 1024;

    // By file, readings that did not heed their end. A file that blocks may hold its thread for ever: it gets one, not one for each try.
    private readonly ConcurrentDictionary<string, Task> _leftBehind = new(StringComparer.Ordinal);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = 0,
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <exception cref="InvalidDataException">The source answered with something that is no key set, or larger than 1 MiB.</exception>
    /// <exception cref="HttpRequestException">It could not be reached, or did not answer 200.</exception>
    /// <exception cref="IOException">The file could not be read, or the answer broke off.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or the caller gave up.</exception>
    /// <exception cref="TimeoutException">It is a file, and an earlier reading of it still blocks.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(IssuerOptions issuer, CancellationToken cancellation)
    {
        if (issuer.Keys.File is { } file && _leftBehind.TryGetValue(file, out var old) && !old.IsCompleted)
            throw new TimeoutException("The key file still blocks an earlier reading.");

        using var limit = new CancellationTokenSource(Longest, time ?? TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var until = both.Token;

        // A named pipe, or a file of another machine, may block where it is opened, and heed nothing.
        var reading = Task.Run(() => ReadAsync(issuer, until), CancellationToken.None);
        try
        {
            return await reading.WaitAsync(until);
        }
        catch (OperationCanceledException) when (issuer.Keys.File is not null)
        {
            _leftBehind[issuer.Keys.File] = reading;
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(IssuerOptions issuer, CancellationToken until)
    {
        var source = issuer.Keys;
        if (source.File is { } file)
            return await ReadFileAsync(file, until);
        var jwks = source.Jwks ?? JwksUri(await GetAsync(source.Metadata!, until), issuer);
        return await GetAsync(jwks, until);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(string file, CancellationToken until)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        return await WholeAsync(stream, until);
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4.3, RFC 8414 section 3.3: the document must speak of the issuer that it was asked for.</summary>
    internal static Uri JwksUri(ReadOnlyMemory<byte> metadata, IssuerOptions issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(metadata, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            var root = document.RootElement;
            if (!root.TryGetProperty("issuer", out var named) || !named.ValueEquals(issuer.Issuer))
                throw new InvalidDataException("The metadata's issuer is not the configured Issuer.");
            if (!root.TryGetProperty("jwks_uri", out var at) || !Uri.TryCreate(at.GetString(), UriKind.Absolute, out var uri))
                throw new InvalidDataException("The metadata has no jwks_uri.");
            // Metadata from elsewhere sends nobody to a server of this machine.
            var cleartext = uri.Scheme == Uri.UriSchemeHttp && (issuer.Keys.DangerousAllowHttp || (uri.IsLoopback && issuer.Keys.Metadata!.IsLoopback));
            return uri.Scheme == Uri.UriSchemeHttps || cleartext ? uri : throw new InvalidDataException("The metadata's jwks_uri is not https.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("The metadata is not a JSON object without duplicate names.");
        }
    }

    private async Task<ReadOnlyMemory<byte>> GetAsync(Uri uri, CancellationToken until)
    {
        using var response = await _http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, until);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"The key source answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(until);
        return await WholeAsync(body, until);
    }

    /// <summary>Reads to the end, whatever length was said before: a file may grow, and a chunked answer says none.</summary>
    private static async Task<ReadOnlyMemory<byte>> WholeAsync(Stream source, CancellationToken until)
    {
        var buffer = new byte[LargestDocument + 1];
        var count = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, until);
        return count <= LargestDocument ? buffer.AsMemory(0, count) : throw new InvalidDataException("What the key source gives is larger than 1 MiB.");
    }
}
