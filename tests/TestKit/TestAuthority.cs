using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabraix.TestKit;

/// <summary>An authority made for this run, whose certificates chain over an intermediate: who trusts its root alone needs that from the server.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 root;
    private readonly X509Certificate2 intermediate;

    public TestAuthority()
    {
        root = Authority("CN=root", null);
        intermediate = Authority("CN=intermediate", root);
    }

    /// <summary>A server's certificate with its chain, and its key, both PEM.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="from">Since when it is valid; default an hour ago.</param>
    /// <param name="to">Until when; default in ten days.</param>
    /// <param name="usage">Its extended key usage; default serverAuth.</param>
    /// <param name="bits">Of an RSA key; default a P-256 key.</param>
    public MadeCertificate Issue(string host = "localhost", DateTimeOffset? from = null, DateTimeOffset? to = null, string usage = "1.3.6.1.5.5.7.3.1", int? bits = null)
    {
        using AsymmetricAlgorithm key = bits is { } length ? RSA.Create(length) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={host}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={host}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var signer = X509SignatureGenerator.CreateForECDsa(intermediate.GetECDsaPrivateKey()!);
        using var leaf = request.Create(intermediate.SubjectName, signer, from ?? Now.AddHours(-1), to ?? Now.AddDays(10), Serial());
        return new MadeCertificate(leaf.SerialNumber, $"{leaf.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Shakes hands as a client that trusts the root alone, and returns the served certificate's serial number.</summary>
    public async Task<string> ServedAsync(Uri address, string host = "localhost")
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", address.Port).InTimeAsync("connection to the server");
        await using var secure = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(root);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy }).InTimeAsync("TLS handshake");
        return ((X509Certificate2)secure.RemoteCertificate!).SerialNumber;
    }

    public void Dispose()
    {
        root.Dispose();
        intermediate.Dispose();
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? by)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        if (by is null) return request.CreateSelfSigned(new DateTimeOffset(1969, 1, 1, 0, 0, 0, TimeSpan.Zero), Now.AddYears(1));
        using var signed = request.Create(by, by.NotBefore, by.NotAfter, Serial());
        return signed.CopyWithPrivateKey(key);
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x7F) | 1);
        return serial;
    }
}

/// <param name="Serial">By which it is told from another.</param>
/// <param name="Chain">It and the intermediate.</param>
/// <param name="Key">Its private key.</param>
internal sealed record MadeCertificate(string Serial, string Chain, string Key)
{
    /// <summary>As a Secret of type kubernetes.io/tls holds it.</summary>
    public Dictionary<string, string> Files => new() { ["tls.crt"] = Chain, ["tls.key"] = Key };
}
