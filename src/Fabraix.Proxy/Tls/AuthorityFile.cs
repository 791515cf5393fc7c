using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.Proxy.Tls;

/// <summary>The only authorities of a connection, from a PEM file that may be replaced while the proxy runs.</summary>
internal sealed class AuthorityFile(string path)
{
    private const int Most = 1024 * 1024;

    private Loaded? _loaded;

    /// <summary>Reads the file where it has changed. Whether there is an authority to trust, be it the one from before.</summary>
    public bool Load()
    {
        try
        {
            // Opened first: of a link, such as a mounted Secret's, the length would be the link's own.
            using var stream = File.OpenRead(path);
            if (stream.Length <= Most && new StreamReader(stream).ReadToEnd() is var pem && pem != _loaded?.Pem)
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPem(pem);
                if (authorities.Count > 0)
                    _loaded = new Loaded(pem, new PrivateAuthority(authorities));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // A file that is being replaced. What it held before stays in force.
        }

        return _loaded is not null;
    }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        _loaded?.Authority.AcceptsAlone(sender, certificate, chain, errors) is true;

    private sealed record Loaded(string Pem, PrivateAuthority Authority);
}
