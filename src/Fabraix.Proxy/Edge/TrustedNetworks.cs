using System.Net;
using System.Net.Sockets;

namespace Fabraix.Proxy.Edge;

/// <summary>How much of the internet a list of networks trusts.</summary>
internal static class TrustedNetworks
{
    // RFC 4193: everybody's own, as 10.0.0.0/8 is.
    private static readonly IPNetwork UniqueLocal = IPNetwork.Parse("fc00::/7");

    /// <summary>Whether a single network is wider than any organisation's own.</summary>
    public static bool IsTooWide(IPNetwork network)
    {
        if (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            return network.PrefixLength < 8;
        return network.PrefixLength < (UniqueLocal.Contains(network.BaseAddress) ? UniqueLocal.PrefixLength : 16);
    }

    /// <summary>Without the IPv6 spelling of IPv4 (RFC 4291 section 2.5.5.2): of two spellings only one is compared anywhere.</summary>
    public static IPNetwork Plain(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
        : network;

    /// <summary>
    /// The same of an address, as a socket for both kinds gives it. It must not be asked of an IPv6 network as it is: the
    /// framework would compare the two as IPv4, and 2001:db8::/36 would hold each address from 0.0.0.0 to 15.255.255.255
    /// (dotnet/runtime#131861).
    /// </summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The part of all IPv4 addresses that the networks cover together, each address counted once.</summary>
    public static double ShareOfIPv4(IEnumerable<IPNetwork> networks)
    {
        // Two networks either have nothing in common, or one holds the other.
        var kept = new List<IPNetwork>();
        foreach (var network in networks.Where(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork).OrderBy(network => network.PrefixLength))
        {
            if (!kept.Any(wider => wider.Contains(network.BaseAddress)))
                kept.Add(network);
        }

        return kept.Sum(network => Math.ScaleB(1, -network.PrefixLength));
    }
}
