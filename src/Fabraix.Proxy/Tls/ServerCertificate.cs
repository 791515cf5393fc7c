using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.Proxy.Tls;

/// <summary>A certificate with its key, and with the chain that is sent beside it.</summary>
/// <param name="Leaf">The server's own.</param>
/// <param name="Context">It and its chain, ready for handshakes.</param>
/// <param name="Digest">Of all that its files held, by which it is told from another.</param>
internal sealed record ServerCertificate(X509Certificate2 Leaf, SslStreamCertificateContext Context, string Digest)
{
    // The framework gives local time.
    public DateTimeOffset ValidFrom { get; } = Leaf.NotBefore;

    public DateTimeOffset Expires { get; } = Leaf.NotAfter;
}
