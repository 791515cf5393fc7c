using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Edge;

/// <summary><c>AllowedHosts</c> and <c>Fabraix:Edge</c>: who may be believed about where a request comes from and where it goes.</summary>
internal sealed record EdgeOptions
{
    /// <summary>
    /// Host names that a request may name, without port; <c>*.example.com</c> matches any subdomain. Default any, which is an empty list here.
    /// Source: ASP.NET Core's <c>AllowedHosts</c>, a list separated by semicolons.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Networks whose X-Forwarded-For and X-Forwarded-Proto count. Default none. A network that no organisation
    /// has for itself (IPv4 under /8, IPv6 under /7) is refused, since it would let clients choose their own address.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public static EdgeOptions Read(SectionReader top, SectionReader section)
    {
        var networks = new List<IPNetwork>();
        foreach (var (at, text) in section.Items("TrustedProxies"))
        {
            if (!IPNetwork.TryParse(text, out var network) || !IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal))).Equals(network.BaseAddress))
                section.Mistake(at, "is not a network.", "Set networks such as 10.0.0.0/8 or fd00::/8, host bits zero.");
            else if (network.PrefixLength < LeastPrefix(network.BaseAddress))
                section.Mistake(at, "trusts a good part of the internet to name its own address.", "Set the networks of your own proxies: IPv4 at least /8, IPv6 at least /7.");
            else
                networks.Add(network);
        }

        section.RefuseUnknownKeys();
        return new EdgeOptions { TrustedProxies = networks, AllowedHosts = Edge.AllowedHosts.Read(top) };
    }

    private static int LeastPrefix(IPAddress network) => network switch
    {
        { IsIPv4MappedToIPv6: true } => 96 + 8,
        { AddressFamily: AddressFamily.InterNetworkV6 } => 7,
        _ => 8,
    };
}
