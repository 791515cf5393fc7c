using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Edge;

/// <summary>Reads <c>AllowedHosts</c>. A name that no request can carry is a mistake: it would silently turn every request away.</summary>
internal static class AllowedHosts
{
    private const string Example = "Set host names without scheme, port and path, separated by semicolons: proxy.example.com, [::1] or *.example.com; * for any.";

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The entries, or none where any host is meant.</summary>
    public static IReadOnlyList<string> Read(SectionReader top)
    {
        var text = top.Text("AllowedHosts") ?? (top.IsEmptyText("AllowedHosts") ? "" : "*");
        var hosts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (hosts.Length == 0)
            top.Mistake("AllowedHosts", "names no host.", Example);

        for (var i = 0; i < hosts.Length; i++)
        {
            if (hosts[i] != "*" && !IsHost(hosts[i]))
                top.Mistake("AllowedHosts", $"entry {i + 1} is not a host name.", Example);
        }

        return hosts.Contains("*") ? [] : hosts;
    }

    /// <summary>The entries of a list, or none where any host is meant.</summary>
    public static IReadOnlyList<string> ReadList(SectionReader section)
    {
        var hosts = section.Items("AllowedHosts");
        foreach (var (at, _) in hosts.Where(host => host.Value != "*" && !IsHost(host.Value)))
            section.Mistake(at, "is not a host name.", "Set host names without scheme, port and path: proxy.example.com, [::1] or *.example.com; * for any.");
        return hosts.Any(host => host.Value == "*") ? [] : [.. hosts.Select(host => host.Value)];
    }

    private static bool IsHost(string entry)
    {
        // RFC 3986 section 3.2.2: an IPv6 address stands in brackets; so does what the Host header is compared as.
        if (entry is ['[', .. var address, ']'])
            return IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;

        var name = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry;
        return name.Length <= 253 && name.Split('.').All(label => label.Length is > 0 and <= 63 && !label.AsSpan().ContainsAnyExcept(LabelCharacters));
    }
}
