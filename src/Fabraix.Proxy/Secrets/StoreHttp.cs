using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Secrets;

/// <summary>
/// Asks a store over HTTP: no redirect, no cookie, no proxy of the environment, answers of at most 1 MiB. What goes wrong on the way
/// becomes an answer that says so.
/// </summary>
internal sealed class StoreHttp : IDisposable
{
    /// <summary>No answer of a store is longer.</summary>
    public const int MostBytes = 1024 * 1024;

    private static readonly SecretReading CutOff = SecretReading.Failed(SecretOutcome.Broken, "the store's answer was cut off");

    /// <param name="context">What the process lends.</param>
    /// <param name="authorities">Trusted besides the system's.</param>
    public StoreHttp(StoreContext context, X509Certificate2Collection? authorities = null)
    {
        Handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32, // KiB
            ActivityHeadersPropagator = null,
        };
        if (authorities is { Count: > 0 })
            Handler.SslOptions.RemoteCertificateValidationCallback = new PrivateAuthority(authorities).Accepts;
        context.Connections?.Invoke(Handler);
        Client = new HttpClient(Handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
    }

    /// <summary>For libraries that bring their own messages. Whoever asks bounds the time.</summary>
    public HttpClient Client { get; }

    public SocketsHttpHandler Handler { get; }

    /// <summary>Sends once and reads the whole answer.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came.</exception>
    public async Task<StoreAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellation);
            return StoreAnswer.Of((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation), response.Headers.RetryAfter?.Delta);
        }
        catch (HttpRequestException e)
        {
            return StoreAnswer.Failed(Why(e));
        }
        catch (IOException)
        {
            return StoreAnswer.Failed(CutOff);
        }
    }

    public void Dispose() => Client.Dispose();

    /// <summary>Why there was no whole answer.</summary>
    public static SecretReading Why(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded => CutOff,
        HttpRequestError.ConfigurationLimitExceeded => SecretReading.Failed(SecretOutcome.Broken, "the store's answer is larger than 1 MiB"),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => SecretReading.Failed(SecretOutcome.Broken, "the store's answer is malformed"),
        HttpRequestError.SecureConnectionError => SecretReading.Failed(SecretOutcome.Unavailable, "the store's certificate is not trusted, or TLS failed"),
        HttpRequestError.NameResolutionError => SecretReading.Failed(SecretOutcome.Unavailable, "the store's name is not found"),
        _ => SecretReading.Failed(SecretOutcome.Unavailable, "the store could not be reached"),
    };
}
