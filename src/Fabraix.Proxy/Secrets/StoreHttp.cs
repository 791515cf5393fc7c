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

    private const string TheStore = "the store";

    /// <param name="context">What the process lends.</param>
    /// <param name="authorities">Trusted besides the system's.</param>
    /// <param name="only">Trusted in place of the system's.</param>
    public StoreHttp(StoreContext context, X509Certificate2Collection? authorities = null, AuthorityFile? only = null)
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
        if (only is not null)
        {
            Handler.SslOptions.RemoteCertificateValidationCallback = only.Accepts;
            Handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        }

        context.Connections?.Invoke(Handler);
        Client = new HttpClient(Handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
    }

    /// <summary>For libraries that bring their own messages. Whoever asks bounds the time.</summary>
    public HttpClient Client { get; }

    public SocketsHttpHandler Handler { get; }

    /// <summary>Sends once and reads the whole answer.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="whom">Who is asked, as a problem names them.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came.</exception>
    public async Task<StoreAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation, string whom = TheStore)
    {
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return StoreAnswer.Of((int)response.StatusCode, body, response.Headers.RetryAfter?.Delta, whom, response.Headers);
        }
        catch (HttpRequestException e)
        {
            return StoreAnswer.Failed(Why(e, whom));
        }
        catch (IOException)
        {
            return StoreAnswer.Failed(CutOff(whom));
        }
    }

    public void Dispose() => Client.Dispose();

    /// <summary>Why there was no whole answer.</summary>
    public static SecretReading Why(HttpRequestException e, string whom = TheStore) => e.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded => CutOff(whom),
        HttpRequestError.ConfigurationLimitExceeded => SecretReading.Failed(SecretOutcome.Broken, $"{whom}'s answer is larger than 1 MiB"),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => SecretReading.Failed(SecretOutcome.Broken, $"{whom}'s answer is malformed"),
        HttpRequestError.SecureConnectionError => SecretReading.Failed(SecretOutcome.Unavailable, $"{whom}'s certificate is not trusted, or TLS failed"),
        HttpRequestError.NameResolutionError => SecretReading.Failed(SecretOutcome.Unavailable, $"{whom}'s name is not found"),
        _ => SecretReading.Failed(SecretOutcome.Unavailable, $"{whom} could not be reached"),
    };

    private static SecretReading CutOff(string whom) => SecretReading.Failed(SecretOutcome.Broken, $"{whom}'s answer was cut off");
}
