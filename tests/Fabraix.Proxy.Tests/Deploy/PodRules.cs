using System.Text.RegularExpressions;
using Fabraix.Proxy.Secrets;
using k8s.Models;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>What the proxy's pod must be, beyond the profile "restricted".</summary>
internal static partial class PodRules
{
    // Drain delay and grace of the program, 5 s and 30 s, and room.
    private const int ShortestGrace = 5 + 30 + 5;

    /// <summary>For whom a token of the service account is made, by the store that is asked with it. For any other store none is mounted.</summary>
    private static readonly Dictionary<string, string> Audiences = new(StringComparer.Ordinal)
    {
        ["azure-key-vault"] = "api://AzureADTokenExchange",
        ["aws-secrets-manager"] = "sts.amazonaws.com",
        ["aws-parameter-store"] = "sts.amazonaws.com",
        ["vault"] = "vault",
    };

    public static IEnumerable<(string Name, bool Kept)> Judge(Manifests manifests)
    {
        var (spec, container, variables) = (manifests.Pod.Spec, manifests.Container, manifests.Variables);
        yield return ("the program drains by itself", container.Lifecycle is null && spec.TerminationGracePeriodSeconds >= ShortestGrace);
        yield return ("no service account token by default", spec.AutomountServiceAccountToken is false
            && manifests.Of<V1ServiceAccount>().Single(account => account.Metadata.Name == spec.ServiceAccountName).AutomountServiceAccountToken is false);
        yield return ("a token only for the store that needs it", Tokens(spec).Select(token => token.Audience).SequenceEqual(Schemes(manifests).Where(Audiences.ContainsKey).Select(scheme => Audiences[scheme])));
        yield return ("tokens expire", Tokens(spec).All(token => token.ExpirationSeconds is >= 600 and <= 3600));
        yield return ("probes", IsProbe(container.StartupProbe, "/healthz/live") && IsProbe(container.LivenessProbe, "/healthz/live") && IsProbe(container.ReadinessProbe, "/healthz/ready"));
        yield return ("listeners", Listens(manifests));
        yield return ("management answers to names that are listed", variables.GetValueOrDefault("Fabraix__Management__AllowedHosts__0") == "fabraix-proxy-management");
        yield return ("mounts", MountsFit(spec, container));
        yield return ("the configuration is mounted whole", PodConfiguration.MountedFile(manifests) is not null && container.VolumeMounts.All(mount => mount.SubPath is null && mount.SubPathExpr is null));
        yield return ("named files are mounted", Files(manifests).All(file => container.VolumeMounts.Any(mount => mount.MountPath == Path.GetDirectoryName(file))));
        yield return ("image", ImageWithVersion().IsMatch(container.Image) && !container.Image.EndsWith(":latest", StringComparison.Ordinal));
        yield return ("a user of its own and a read-only root", spec.SecurityContext is { RunAsUser: 1654, RunAsGroup: 1654, FsGroup: 1654 } && container.SecurityContext.ReadOnlyRootFilesystem is true && spec.EnableServiceLinks is false);
        yield return ("resources", container.Resources is { Requests: { } requests, Limits: { } limits } && requests.ContainsKey("cpu") && requests.ContainsKey("memory") && limits.ContainsKey("memory"));
        yield return ("no secret's value", !manifests.Of<V1Secret>().Any() && container.EnvFrom is null && container.Env.All(variable => variable.ValueFrom is null) && variables.All(IsNoSecret)
            && manifests.Of<V1ConfigMap>().All(map => map.Data.Values.All(text => !text.Contains("PRIVATE KEY", StringComparison.Ordinal))));
        yield return ("known variables", variables.Keys.All(IsKnown));
    }

    /// <summary>A secret is named, never given: by its reference, or by a file.</summary>
    public static bool IsNoSecret(KeyValuePair<string, string> variable) => !SecretName().IsMatch(variable.Key) || SecretReference.TryParse(variable.Value, out _);

    /// <summary>The proxy's own are judged by its reader; of others, the code or the page about stores knows the name.</summary>
    public static bool IsKnown(string variable) => variable.StartsWith("Fabraix__", StringComparison.Ordinal) || KnownNames.Value.Contains(variable);

    private static readonly Lazy<HashSet<string>> KnownNames = new(() =>
    [
        .. Directory.EnumerateFiles(Repository.File("src", "Fabraix.Proxy"), "*.cs", SearchOption.AllDirectories).SelectMany(file => QuotedName().Matches(File.ReadAllText(file))).Select(name => name.Groups[1].Value),
        .. QuotedName().Matches(File.ReadAllText(Repository.File("docs", "secret-stores.md"))).Select(name => name.Groups[1].Value),
    ]);

    private static bool IsProbe(V1Probe? probe, string path) => probe?.HttpGet is { Port.Value: "management" } asked && asked.Path == path;

    private static bool Listens(Manifests manifests)
    {
        var ports = manifests.Container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);
        return ports.Count == 2 && manifests.Variables.GetValueOrDefault("ASPNETCORE_HTTP_PORTS") == $"{ports["http"]}"
            && manifests.Variables.GetValueOrDefault("Fabraix__Management__Url") == $"http://+:{ports["management"]}";
    }

    private static bool MountsFit(V1PodSpec spec, V1Container container) =>
        container.VolumeMounts.All(mount => mount.ReadOnlyProperty is true)
        && container.VolumeMounts.Select(mount => mount.Name).Order().SequenceEqual(spec.Volumes.Select(volume => volume.Name).Order())
        && spec.Volumes.All(volume => volume.Secret is null or { DefaultMode: 0b100_100_000, Optional: null });

    private static IEnumerable<V1ServiceAccountTokenProjection> Tokens(V1PodSpec spec) =>
        spec.Volumes.SelectMany(volume => volume.Projected?.Sources ?? []).Select(source => source.ServiceAccountToken).OfType<V1ServiceAccountTokenProjection>();

    private static IEnumerable<string> Schemes(Manifests manifests) => Values(manifests).Select(value => SecretReference.TryParse(value, out var reference) ? reference.Scheme : "").Distinct();

    private static IEnumerable<string> Files(Manifests manifests) =>
        Values(manifests).Select(value => value.StartsWith("file:", StringComparison.Ordinal) ? value["file:".Length..] : value).Where(value => value.StartsWith("/var/run/", StringComparison.Ordinal));

    private static IEnumerable<string> Values(Manifests manifests) =>
        PodConfiguration.Load(manifests.Variables, PodConfiguration.MountedFile(manifests)).AsEnumerable().Select(pair => pair.Value).Concat(manifests.Variables.Values).OfType<string>().Distinct();

    [GeneratedRegex("(secret|password|token|keys?)(__[0-9]+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("[\"`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[a-z]+)?[\"`]")]
    private static partial Regex QuotedName();

    [GeneratedRegex("^[^:@]+(:[0-9]+/[^:@]+)?(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$")]
    private static partial Regex ImageWithVersion();
}
