using System.Net;
using System.Text;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Forwarding;

/// <summary>The connections to the upstream: no redirect, no cookie, no decompression, no proxy but the configured one.</summary>
internal sealed class UpstreamClient(UpstreamOptions options, TraceContextPropagator propagator) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SentOnceHandler(Handler(options, propagator)), disposeHandler: true);

    public void Dispose() => Invoker.Dispose();

    private static SocketsHttpHandler Handler(UpstreamOptions options, TraceContextPropagator propagator)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy),
            ConnectTimeout = options.ConnectTimeout,
            ActivityHeadersPropagator = propagator,

            // Long enough to reuse, short enough to follow a change of DNS.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            MaxResponseHeadersLength = 32, // KiB

            // What is left of an answer that nobody wants is not worth waiting for.
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            MaxResponseDrainSize = 64 * 1024,

            // Bytes above 0x7F are opaque (RFC 9110 section 5.5): they pass as they came.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        if (options.PrivateAuthorities.Count > 0)
            handler.SslOptions.RemoteCertificateValidationCallback = new PrivateAuthority(options.PrivateAuthorities).Accepts;
        return handler;
    }
}
