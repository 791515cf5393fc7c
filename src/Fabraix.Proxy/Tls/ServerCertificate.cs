using System.Globalization;
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

    /// <summary>Why no client takes it at this time; null where its dates are right.</summary>
    public string? Validity(DateTimeOffset now) => Expires <= now ? $"The certificate expired at {Write(Expires)}."
        : ValidFrom > now ? $"The certificate is not valid before {Write(ValidFrom)}."
        : null;

    /// <summary>A date as logs and findings have it.</summary>
    public static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
