using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Health;

/// <summary><c>Fabraix:Management</c>: the second listener, for probes and scrapes.</summary>
internal sealed record ManagementOptions
{
    /// <summary>Scheme http, host and port. Default <c>http://localhost:8081</c>; <c>http://+:8081</c> listens on all interfaces, as in the image.</summary>
    public string Url { get; init; } = "http://localhost:8081";

    public static ManagementOptions Read(SectionReader section)
    {
        var url = section.Text("Url") ?? "http://localhost:8081";
        if (!IsListenAddress(url))
            section.Mistake("Url", "is not an http address to listen on.", "Set scheme, host and port, such as http://localhost:8081 or http://+:8081.");
        section.RefuseUnknownKeys();
        return new ManagementOptions { Url = url };
    }

    private static bool IsListenAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme == Uri.UriSchemeHttp && address.PathBase.Length == 0 && address.Port is >= 0 and <= ushort.MaxValue && !address.IsUnixPipe;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
