using System.Net;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Tls;

namespace Fabraix.Proxy.Edge;

/// <summary>Judges where the public listener is told to listen, and with which certificates: what Kestrel would only say at the start.</summary>
internal static class PublicListeners
{
    private const string Example = "Set scheme, host and port, such as http://localhost:8080 or https://+:8443; the host is localhost, an IP address, or + for all interfaces.";

    public static void Judge(IConfiguration configuration, Surroundings around, string management, Findings findings)
    {
        var (managed, kestrel) = (ListenAddress.Parse(management), configuration.GetSection("Kestrel"));
        foreach (var (path, url, endpoint) in Urls(kestrel, around))
        {
            if (ListenAddress.Parse(url) is not { } address)
                findings.Mistake(path, url.Length == 0 ? "is missing." : "is not an address to listen on.", Example);
            else if (managed is not null && Collide(address, managed))
                findings.Mistake("Fabraix:Management:Url", $"has the port of the public listener ({path}).", "Set a port of its own for each; by default the public listener has 8080, management 8081.");
            if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && !HasCertificate(kestrel, endpoint))
                JudgeDevelopers(path, around, findings);
        }

        if (!around.Serves)
            JudgeCertificates(kestrel, findings);
    }

    private static IEnumerable<(string Path, string Url, IConfigurationSection? Endpoint)> Urls(IConfiguration kestrel, Surroundings around)
    {
        var endpoints = kestrel.GetSection("Endpoints").GetChildren().ToList();
        return endpoints.Count > 0
            ? endpoints.Select(endpoint => ($"{endpoint.Path}:Url", endpoint["Url"] ?? "", (IConfigurationSection?)endpoint))
            : ListenAddress.Split(around.Urls).Select(url => (around.UrlsFrom, url, (IConfigurationSection?)null));
    }

    private static bool HasCertificate(IConfiguration kestrel, IConfigurationSection? endpoint) =>
        (endpoint is null ? [] : endpoint.GetSection("Sni").GetChildren().Select(name => name.GetSection("Certificate")).Append(endpoint.GetSection("Certificate")))
            .Append(kestrel.GetSection("Certificates:Default"))
            .Any(certificate => !string.IsNullOrEmpty(certificate["Path"]) || !string.IsNullOrEmpty(certificate["Subject"]));

    private static void JudgeDevelopers(string path, Surroundings around, Findings findings)
    {
        const string Set = "Set Kestrel:Certificates:Default:Path and KeyPath to a PEM certificate and its key.";
        if (around.HasDevelopersCertificate())
            findings.Warn(path, "is https, and no certificate is configured: a developer's own is served, which no other machine trusts.", Set);
        else
            findings.Mistake(path, "is https, and no certificate is configured.", Set);
    }

    private static void JudgeCertificates(IConfiguration kestrel, Findings findings)
    {
        var endpoints = kestrel.GetSection("Endpoints").GetChildren().ToList();
        var certificates = kestrel.GetSection("Certificates").GetChildren()
            .Concat(endpoints.Select(endpoint => endpoint.GetSection("Certificate")))
            .Concat(endpoints.SelectMany(endpoint => endpoint.GetSection("Sni").GetChildren()).Select(name => name.GetSection("Certificate")));
        foreach (var certificate in certificates)
            JudgeCertificate(certificate, findings);
    }

    private static void JudgeCertificate(IConfigurationSection certificate, Findings findings)
    {
        var absent = new[] { certificate.GetSection("Path"), certificate.GetSection("KeyPath") }.Where(file => !string.IsNullOrEmpty(file.Value) && !Path.Exists(file.Value)).ToList();
        foreach (var file in absent)
            findings.Mistake(file.Path, "names a file that does not exist.", "Set the path of the certificate's or the key's file; a relative one starts at the directory you call from.");
        if (absent.Count > 0 || CertificateFile.Named(certificate, Environment.CurrentDirectory) is not { } files)
            return;

        var (served, problem) = files.Read();
        if (served is null)
            findings.Mistake(certificate.Path, $"cannot be served. {problem}", "Set Path and KeyPath to a PEM certificate and its key, or Path to a PKCS #12 file with both; Password where the key has one.");
        else if (served.Validity(TimeProvider.System.GetUtcNow()) is { } invalid)
            findings.Warn(certificate.Path, invalid, "Renew it: its files are followed, and a new one is served without a restart.");
    }

    private static bool Collide(BindingAddress one, BindingAddress other)
    {
        // Port 0 takes any free one.
        if (one.IsUnixPipe || other.IsUnixPipe || one.IsNamedPipe || other.IsNamedPipe || one.Port != other.Port || one.Port == 0)
            return false;
        var (left, right) = (AddressOf(one), AddressOf(other));
        return left is null || right is null || left.Equals(right);
    }

    /// <summary>What Kestrel binds: null is every interface, which is also what it takes a name for.</summary>
    private static IPAddress? AddressOf(BindingAddress address)
    {
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        return IPAddress.TryParse(address.Host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)
            ? ip.Equals(IPAddress.IPv6Loopback) ? IPAddress.Loopback : ip
            : null;
    }
}
