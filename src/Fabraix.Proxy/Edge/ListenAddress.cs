using System.Net;

namespace Fabraix.Proxy.Edge;

/// <summary>
/// Reads an address to listen on. Kestrel takes any host that is no IP address for "all interfaces", and leaves a port that is no
/// number in the host: a slip would open to the network what was meant for this machine alone.
/// </summary>
internal static class ListenAddress
{
    /// <summary>The address, or null unless its host is localhost, an IP address, or + or * for all interfaces.</summary>
    public static BindingAddress? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe)
                return address;
            var isWhole = address.Scheme is "http" or "https" && address.PathBase.Length == 0 && address.Port is >= 0 and <= ushort.MaxValue;
            return isWhole && IsHost(address.Host) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The entries of a list that is separated by semicolons, as <c>--urls</c> and <c>ASPNETCORE_URLS</c> are.</summary>
    public static string[] Split(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether a host, of an address or of a request, is this machine to itself.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsHost(string host) =>
        host is "+" or "*" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && (host.StartsWith('[') || address.ToString() == host));
}
