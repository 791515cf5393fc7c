using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Forwarding;

/// <summary><c>Fabraix:Upstream</c>: the one address that requests go to.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>Scheme, host and port, no path. Default <c>https://dev.fabraix.com</c>. http only to loopback, unless DangerousAllowHttp.</summary>
    public required Uri Address { get; init; }

    /// <summary>The header that carries the key. Default <c>x-api-key</c>.</summary>
    public string KeyHeader { get; init; } = "x-api-key";

    /// <summary>For name look-up, TCP and TLS together. Default 5 seconds, from 1 second to 1 minute.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary>To the answer's first byte, and between its bytes. Default 30 seconds, from 1 second to 10 minutes.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Authorities to trust besides the system's, from a PEM file (<c>CaFile</c>). Default none.</summary>
    public X509Certificate2Collection PrivateAuthorities { get; init; } = [];

    /// <summary>The egress proxy's http address. Default none; the environment's proxy variables are not used.</summary>
    public Uri? Proxy { get; init; }

    public static UpstreamOptions Read(SectionReader section)
    {
        var allowHttp = section.Dangerous("DangerousAllowHttp", "lets the key go upstream over http: whoever is on the way reads it.");
        var address = HttpAddress.Read(section, "Address", section.Text("Address") ?? "https://dev.fabraix.com", allowHttp, "https://dev.fabraix.com");
        if (address is not null && (address.AbsolutePath != "/" || address.Query.Length > 0))
            section.Mistake("Address", "has a path or a query.", "Set scheme, host and port; paths are those of the routes.");

        var keyHeader = section.Text("KeyHeader") ?? "x-api-key";
        if (!HeaderLists.CanCarryKey(keyHeader))
            section.Mistake("KeyHeader", "is not a header name, or one that has another meaning.", "Set x-api-key, or the name that the API documents.");

        var options = new UpstreamOptions
        {
            Address = address ?? new Uri("https://dev.fabraix.com"),
            KeyHeader = keyHeader,
            ConnectTimeout = section.Duration("ConnectTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            Timeout = section.Duration("Timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            PrivateAuthorities = ReadAuthorities(section),
            Proxy = ReadProxy(section),
        };

        // Loopback stands for "nobody is on the way", and that ends with an egress proxy.
        if (options.Proxy is not null && address?.Scheme == Uri.UriSchemeHttp && !allowHttp)
            section.Mistake("Proxy", "gets the key in clear, since Address is http.", "Set an https Address, or remove Proxy.");
        section.RefuseUnknownKeys();
        return options;
    }

    private static X509Certificate2Collection ReadAuthorities(SectionReader section)
    {
        var authorities = new X509Certificate2Collection();
        if (section.Text("CaFile") is not { } file)
            return authorities;
        try
        {
            authorities.ImportFromPemFile(Path.GetFullPath(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            section.Mistake("CaFile", $"could not be read ({e.GetType().Name}).", "Set the path of a PEM file with one or more CA certificates.");
            return authorities;
        }

        if (authorities.Count == 0)
            section.Mistake("CaFile", "holds no certificate.", "Set the path of a PEM file with one or more CA certificates.");
        return authorities;
    }

    private static Uri? ReadProxy(SectionReader section)
    {
        if (section.Text("Proxy") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme == Uri.UriSchemeHttp && proxy.UserInfo.Length == 0)
            return proxy;
        section.Mistake("Proxy", "is not the http address of an egress proxy.", "Set it without user and password: http://proxy.example:3128.");
        return null;
    }
}
