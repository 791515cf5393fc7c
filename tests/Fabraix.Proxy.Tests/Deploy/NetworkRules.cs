using System.Net;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>What may go in and out.</summary>
internal static partial class NetworkRules
{
    /// <summary>RFC 1918, RFC 6598, loopback, link-local with the clouds' metadata servers; RFC 4193 and link-local of IPv6.</summary>
    private static readonly string[] Private = ["10.1.2.3", "172.16.1.2", "172.31.255.254", "192.168.1.2", "100.64.1.2", "127.0.0.1", "169.254.169.254", "fd00::1", "fe80::1", "fd00:ec2::254"];

    public static IEnumerable<(string Name, bool Kept)> Judge(Manifests manifests)
    {
        var policies = manifests.Of<V1NetworkPolicy>().ToList();
        var deny = policies.SingleOrDefault(policy => policy.Metadata.Name == "default-deny");
        yield return ("nothing goes without a policy", deny is { Spec: { Ingress: null, Egress: null, PodSelector: { MatchLabels: null, MatchExpressions: null } } spec } && spec.PolicyTypes.Order().SequenceEqual(["Egress", "Ingress"]));

        var ours = policies.Where(policy => policy != deny).ToList();
        var into = ours.SelectMany(policy => policy.Spec.Ingress ?? []).ToList();
        yield return ("both ports can be reached", into.SelectMany(rule => rule.Ports ?? []).Select(port => port.Port.Value).Distinct().Order().SequenceEqual(["8080", "8081"]));
        yield return ("browsers come by one namespace", into.Where(rule => (rule.Ports ?? []).Any(port => port.Port.Value == "8080")).Sum(rule => rule.FromProperty?.Count ?? 0) == 1);
        yield return ("who comes in is named", into.All(rule => rule.Ports is { Count: > 0 } && rule.FromProperty is { Count: > 0 } && rule.FromProperty.All(from => from.NamespaceSelector?.MatchLabels is { Count: > 0 })));

        var outOf = ours.SelectMany(policy => policy.Spec.Egress ?? []).ToList();
        yield return ("where to is named", outOf.All(rule => rule.Ports is { Count: > 0 } && rule.To is { Count: > 0 } && rule.To.All(to => to.IpBlock is not null || to.NamespaceSelector?.MatchLabels is { Count: > 0 })));
        yield return ("names can be asked", outOf.Any(rule => Ports(rule).Select(port => $"{port.Protocol} {port.Port.Value}").Order().SequenceEqual(["TCP 53", "UDP 53"])));
        var wide = outOf.Where(rule => To(rule).Any(to => to.IpBlock?.Cidr is "0.0.0.0/0" or "::/0")).ToList();
        yield return ("the internet by https alone", wide.Count == 1 && Ports(wide[0]).Select(port => $"{port.Protocol} {port.Port.Value}").SequenceEqual(["TCP 443"]));
        yield return ("nothing private by that", wide.SelectMany(To).All(to => to.IpBlock is { } block && Private.Select(IPAddress.Parse).All(address => !Lets(block, address))));
        yield return ("other blocks are narrow", outOf.Except(wide).SelectMany(To).All(to => to.IpBlock is null || to.IpBlock.Cidr.EndsWith("/32", StringComparison.Ordinal) || to.IpBlock.Cidr.EndsWith("/128", StringComparison.Ordinal)));
        yield return ("what the configuration names can be reached", NamedPorts(manifests).All(named => outOf.Any(rule => Ports(rule).Any(port => port.Port.Value == named))));
    }

    private static IEnumerable<V1NetworkPolicyPort> Ports(V1NetworkPolicyEgressRule rule) => rule.Ports ?? [];

    private static IEnumerable<V1NetworkPolicyPeer> To(V1NetworkPolicyEgressRule rule) => rule.To ?? [];

    private static bool Lets(V1IPBlock block, IPAddress address) =>
        IPNetwork.Parse(block.Cidr).Contains(address) && !(block.Except ?? []).Any(except => IPNetwork.Parse(except).Contains(address));

    /// <summary>Ports of stores and collectors in the pod's variables, but for those of the internet, and of the metadata server that Google's identity comes from.</summary>
    private static IEnumerable<string> NamedPorts(Manifests manifests) =>
    [
        .. manifests.Variables.Where(pair => pair.Key != "Fabraix__Management__Url").SelectMany(pair => HostAndPort().Matches(pair.Value)).Select(port => port.Groups[1].Value),
        .. manifests.Variables.Values.Any(value => value.StartsWith("gcp-secret-manager:", StringComparison.Ordinal)) ? ["80", "988"] : Array.Empty<string>(),
    ];

    [GeneratedRegex(@"[a-z]:(\d{2,5})\b(?!:)")]
    private static partial Regex HostAndPort();
}
