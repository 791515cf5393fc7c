using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// Sends the real names of services to their fakes, so that clients see the names that they insist on and everything else
/// of TLS stays as it is. A name without a fake cannot be reached.
/// </summary>
internal sealed class LoopbackRoutes
{
    private readonly Dictionary<string, int> ports = new(StringComparer.OrdinalIgnoreCase);
    private readonly X509Certificate2Collection authorities = [];

    public LoopbackRoutes Add(string host, FakeServer fake)
    {
        ports[host] = fake.Port;
        if (fake.Scheme == "https") authorities.Add(X509Certificate2.CreateFromPem(fake.CaPem));
        return this;
    }

    /// <summary>Connects a client that has a handler of its own.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        if (!ports.TryGetValue(host, out var port)) throw new HttpRequestException($"No fake stands for {host}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What a client must trust besides the system's authorities.</summary>
    public X509Certificate2Collection Authorities => [.. authorities];

    public SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        Lead(handler);
        return handler;
    }

    /// <summary>Leads a client's own handler to the fakes.</summary>
    public void Lead(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = ConnectAsync;
        handler.SslOptions.CertificateChainPolicy = Policy();
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
