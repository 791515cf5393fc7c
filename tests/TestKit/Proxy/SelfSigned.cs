using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit;

/// <summary>A certificate for localhost, made for this run.</summary>
internal static class SelfSigned
{
    public static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>Writes it with its key into a file that Kestrel's configuration can name, and returns the file's path.</summary>
    public static string WriteTo(DirectoryInfo folder)
    {
        using var certificate = Make();
        var path = Path.Combine(folder.FullName, "server.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}
