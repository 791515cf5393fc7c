using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.Health;

/// <summary><c>Fabraix:Management</c>: the second listener, for probes, scrapes and backends.</summary>
internal sealed record ManagementOptions
{
    /// <summary>
    /// Scheme http, host and port. Default <c>http://localhost:8081</c>; <c>http://+:8081</c> listens on all interfaces, as in the
    /// image, and then answers any host. On loopback only requests that name it so are answered.
    /// </summary>
    public string Url { get; init; } = "http://localhost:8081";

    /// <summary>
    /// Host names that a request may name besides this machine's own, without port; <c>*.example.com</c> matches any subdomain. Default any, which is an empty
    /// list here; on loopback none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    public static ManagementOptions Read(SectionReader section)
    {
        var url = section.Text("Url") ?? "http://localhost:8081";
        if (ListenAddress.Parse(url) is not { IsUnixPipe: false, IsNamedPipe: false, Scheme: "http" })
            section.Mistake("Url", "is not an http address to listen on.", "Set scheme, host and port, such as http://localhost:8081 or http://+:8081; the host is localhost, an IP address, or + for all interfaces.");
        var hosts = Edge.AllowedHosts.ReadList(section);
        section.RefuseUnknownKeys();
        return new ManagementOptions { Url = url, AllowedHosts = hosts };
    }
}
