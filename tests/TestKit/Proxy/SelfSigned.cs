using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit;

/// <summary>A certificate made for this run, and its own authority.</summary>
internal static class SelfSigned
{
    public static X509Certificate2 Make(string host = "localhost", params ReadOnlySpan<string> others)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in (ReadOnlySpan<string>)[host, .. others])
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
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
