using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tls;

/// <summary>Reads a server's certificate from files as Kestrel's settings name them: PEM or DER with a key in a file of its own, or PKCS #12 with both.</summary>
internal sealed class CertificateFile(string path, string? keyPath, string? password)
{
    private const int Most = 1024 * 1024;
    private const string Developers = "1.3.6.1.4.1.311.84.1.1"; // by which dotnet dev-certs marks its own
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1"; // RFC 5280 section 4.2.1.12

    public IReadOnlyList<string> Files { get; } = keyPath is null ? [path] : [path, keyPath];

    /// <summary>The files that a section of Kestrel's settings names; null where it names none. Relative paths start at <paramref name="root"/>.</summary>
    public static CertificateFile? Named(IConfigurationSection section, string root) => section["Path"] is { Length: > 0 } path
        ? new CertificateFile(Path.Combine(root, path), section["KeyPath"] is { Length: > 0 } keyPath ? Path.Combine(root, keyPath) : null, section["Password"])
        : null;

    /// <summary>Whether this user has a certificate of dotnet dev-certs.</summary>
    public static bool HasDevelopers()
    {
        try
        {
            using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser, OpenFlags.ReadOnly);
            return store.Certificates.Any(one => one.HasPrivateKey && one.Extensions[Developers] is not null);
        }
        catch (CryptographicException)
        {
            // A user without a home has no certificates in it.
            return false;
        }
    }

    /// <summary>What the files hold, or why that cannot be served; of their content a reason says nothing.</summary>
    public (ServerCertificate? Certificate, string? Problem) Read()
    {
        if (TryRead(path, out var bytes) is { } unread)
            return (null, $"The certificate's file {unread}.");
        byte[] key = [];
        if (keyPath is not null && TryRead(keyPath, out key) is { } without)
            return (null, $"The key's file {without}.");

        var (leaf, chain, problem) = keyPath is null ? FromPkcs12(bytes) : FromPem(bytes, System.Text.Encoding.ASCII.GetString(key));
        if (leaf is null)
            return (null, problem);
        if (leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages[ServerAuth] is null))
            return (null, "The certificate is not for servers (its extended key usage does not name serverAuth).");

        // Offline: what of the chain is not in the file is not fetched from wherever the certificate says.
        var context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        return (new ServerCertificate(leaf, context, Convert.ToHexString(SHA256.HashData([.. SHA256.HashData(bytes), .. SHA256.HashData(key)]))), null);
    }

    private (X509Certificate2? Leaf, X509Certificate2Collection Chain, string? Problem) FromPem(byte[] bytes, string key)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            var text = System.Text.Encoding.ASCII.GetString(bytes);
            chain.ImportFromPem(text);

            // The framework passes over a block without an end.
            if (text.Split("-----BEGIN CERTIFICATE-----").Length - 1 != chain.Count)
                return (null, chain, "The certificate's file breaks off.");
            using var alone = X509CertificateLoader.LoadCertificate(bytes);
            return (WithKey(alone.ExportCertificatePem(), key), chain, WrongWith(key));
        }
        catch (CryptographicException)
        {
            return (null, chain, "The certificate's file holds no certificate.");
        }
    }

    private X509Certificate2? WithKey(string certificate, string key)
    {
        try
        {
            var whole = password is null ? X509Certificate2.CreateFromPem(certificate, key) : X509Certificate2.CreateFromEncryptedPem(certificate, key, password);

            // Windows serves no certificate whose key was never in a store.
            return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null) : whole;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Broken, of another certificate, or under another password.
            return null;
        }
    }

    private (X509Certificate2? Leaf, X509Certificate2Collection Chain, string? Problem) FromPkcs12(byte[] bytes)
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(bytes, password);
            return (all.FirstOrDefault(one => one.HasPrivateKey), all, "The certificate's file holds no private key, and KeyPath names none.");
        }
        catch (CryptographicException)
        {
            return (null, [], "The certificate's file is no PKCS #12 file, or under another password.");
        }
    }

    private string WrongWith(string key) => !key.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? "The key's file holds no private key."
        : password is null && key.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) ? "The key is encrypted, and no Password is set."
        : "The key's file does not hold this certificate's key.";

    private static string? TryRead(string file, out byte[] bytes)
    {
        bytes = [];
        try
        {
            // Opened first: of a link, such as a mounted Secret's, the length would be the link's own.
            using var stream = File.OpenRead(file);
            if (stream.Length > Most)
                return "is too large (over 1 MiB)";
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.Length == 0 ? "is empty" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return FileFailure.Of(e, file);
        }
    }
}
