using System.Net;
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
    /// Networks whose X-Forwarded-For and X-Forwarded-Proto count, and whose connections no cap for one address counts. Default none.
    /// What no organisation has for itself is refused, since it would let clients choose their own address: IPv4 under /8 or together
    /// over a quarter, IPv6 under /16 outside fc00::/7.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public static EdgeOptions Read(SectionReader top, SectionReader section)
    {
        var networks = new List<IPNetwork>();
        foreach (var (at, text) in section.Items("TrustedProxies"))
        {
            if (!IPNetwork.TryParse(text, out var written) || !IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal))).Equals(written.BaseAddress))
                section.Mistake(at, "is not a network.", "Set networks such as 10.0.0.0/8 or fd00::/8, host bits zero.");
            else if (TrustedNetworks.Plain(written) is var network && TrustedNetworks.IsTooWide(network))
                section.Mistake(at, "trusts a good part of the internet to name its own address.", "Set the networks of your own proxies: IPv4 at least /8, IPv6 at least /16, or within fc00::/7.");
            else
                networks.Add(network);
        }

        if (TrustedNetworks.ShareOfIPv4(networks) > 0.25)
            section.Mistake("TrustedProxies", "trusts a good part of the internet to name its own address.", "Set the networks of your own proxies: together at most a quarter of IPv4.");

        section.RefuseUnknownKeys();
        return new EdgeOptions { TrustedProxies = networks, AllowedHosts = Edge.AllowedHosts.Read(top) };
    }
}
