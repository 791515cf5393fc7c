using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Fabraix.Proxy.Edge;

/// <summary>What the server bounds before a request exists (PRODUCT contract section 7).</summary>
internal static class KestrelLimits
{
    private const int HeadBytes = 16 * 1024;

    /// <summary>It counts the framing of chunks too, six bytes for a chunk of one; the body step counts the body alone.</summary>
    public static long BodyFor(int largestBody) => (largestBody * 8L) + HeadBytes;

    public static void Apply(KestrelServerOptions server, int largestBody)
    {
        server.AddServerHeader = false;

        // RFC 9110 section 5.5: bytes above 0x7F are opaque; Latin-1 carries each through unchanged, UTF-8 would refuse some.
        server.RequestHeaderEncodingSelector = static name => ReferenceEquals(name, HeaderNames.ContentLength) ? DigitsEncoding.Instance : Encoding.Latin1;
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        var limits = server.Limits;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = HeadBytes / 2;
        limits.MaxRequestHeadersTotalSize = HeadBytes;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = BodyFor(largestBody);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // It also bounds a connection that never says a word, which the header timeout does not.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = HeadBytes / 2 + 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10); // before KeepAliveTimeout
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        // A client that reads slowly holds back the upstream instead of filling memory.
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.MaxRequestBufferSize = 128 * 1024;
    }
}
