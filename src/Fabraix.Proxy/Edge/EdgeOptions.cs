using System.Net;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Edge;

/// <summary><c>AllowedHosts</c> and <c>Fabraix:Edge</c>: who may be believed about where a request comes from and where it goes.</summary>
internal sealed record EdgeOptions
{
    /// <summary>
    /// Host names that a request may name, without port; <c>*.example.com</c> matches any subdomain. Empty accepts any.
    /// Source: ASP.NET Core's <c>AllowedHosts</c>, a list separated by semicolons.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Networks whose X-Forwarded-For and X-Forwarded-Proto count. Default none. A network of prefix length 0 is refused,
    /// since it would let every client choose its own address.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public static EdgeOptions Read(SectionReader top, SectionReader section)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in section.List("TrustedProxies"))
        {
            if (!IPNetwork.TryParse(text, out var network))
                section.Mistake("TrustedProxies", "holds an entry that is not a network.", "Set networks such as 10.0.0.0/8 or fd00::/8, host bits zero.");
            else if (network.PrefixLength == 0)
                section.Mistake("TrustedProxies", "trusts the whole internet to name its own address.", "Set the networks of your own proxies.");
            else
                networks.Add(network);
        }

        section.RefuseUnknownKeys();
        var hosts = (top.Text("AllowedHosts") ?? "*").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new EdgeOptions { TrustedProxies = networks, AllowedHosts = hosts.Contains("*") ? [] : hosts };
    }
}
