using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.Proxy.Tls;

/// <summary>Accepts a certificate that chains to a configured authority where the system's own do not know it. Name and dates are checked all the same.</summary>
internal sealed class PrivateAuthority(X509Certificate2Collection authorities)
{
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            return false;

        using var second = new X509Chain();
        second.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        second.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // A private authority seldom runs a revocation service, and asking one would be a request to anywhere.
        second.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        second.ChainPolicy.DisableCertificateDownloads = true;
        second.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1")); // serverAuth, RFC 5280 section 4.2.1.12
        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
            second.ChainPolicy.ExtraStore.Add(element.Certificate);
        return second.Build(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }
}
