namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>Rules of our own, which no profile has.</summary>
internal static class OurRules
{
    public static IReadOnlyList<string> Broken(Manifests manifests) =>
        [.. PodRules.Judge(manifests).Concat(NetworkRules.Judge(manifests)).Concat(ClusterRules.Judge(manifests)).Where(rule => !rule.Kept).Select(rule => rule.Name)];
}
