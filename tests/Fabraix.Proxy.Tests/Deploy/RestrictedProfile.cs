using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>
/// The profile "restricted" of https://kubernetes.io/docs/concepts/security/pod-security-standards/, as of Kubernetes 1.34: every control of it and of "baseline", which it
/// includes, in the page's order and by the page's names, for a pod of Linux. A field that the page lets be undefined may be undefined here.
/// </summary>
internal static class RestrictedProfile
{
    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    ];

    private static readonly string?[] Profiles = ["RuntimeDefault", "Localhost"];

    /// <summary>The controls that a pod breaks.</summary>
    public static IReadOnlyList<string> Broken(V1PodTemplateSpec pod) => [.. Baseline(pod).Concat(Restricted(pod)).Where(control => !control.Kept).Select(control => control.Name).Distinct()];

    private static IEnumerable<(string Name, bool Kept)> Baseline(V1PodTemplateSpec pod)
    {
        var (spec, top, containers) = (pod.Spec, pod.Spec.SecurityContext, Containers(pod.Spec));
        var annotations = pod.Metadata?.Annotations ?? new Dictionary<string, string>();
        yield return ("HostProcess", containers.Select(container => container.Security?.WindowsOptions).Append(top?.WindowsOptions).All(windows => windows?.HostProcess is not true));
        yield return ("Host Namespaces", spec is { HostNetwork: not true, HostPID: not true, HostIPC: not true });
        yield return ("Privileged Containers", containers.All(container => container.Security?.Privileged is not true));
        yield return ("HostPath Volumes", Volumes(spec).All(volume => volume.HostPath is null));
        yield return ("Host Ports", containers.SelectMany(container => container.Ports).All(port => port.HostPort is null or 0));
        yield return ("Host Probes / Lifecycle Hooks", containers.SelectMany(container => container.Hosts).All(string.IsNullOrEmpty));
        yield return ("AppArmor", containers.Select(container => container.Security?.AppArmorProfile).Append(top?.AppArmorProfile).All(profile => profile is null || Profiles.Contains(profile.Type))
            && annotations.Where(pair => pair.Key.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)).All(pair => pair.Value == "runtime/default" || pair.Value.StartsWith("localhost/", StringComparison.Ordinal)));
        yield return ("SELinux", containers.Select(container => container.Security?.SeLinuxOptions).Append(top?.SeLinuxOptions).OfType<V1SELinuxOptions>().All(options =>
            options.Type is null or "" or "container_t" or "container_init_t" or "container_kvm_t" or "container_engine_t" && string.IsNullOrEmpty(options.User) && string.IsNullOrEmpty(options.Role)));
        yield return ("/proc Mount Type", containers.All(container => container.Security?.ProcMount is null or "Default"));
        yield return ("Sysctls", (top?.Sysctls ?? []).All(sysctl => SafeSysctls.Contains(sysctl.Name)));
    }

    private static IEnumerable<(string Name, bool Kept)> Restricted(V1PodTemplateSpec pod)
    {
        var (top, containers) = (pod.Spec.SecurityContext, Containers(pod.Spec));
        yield return ("Volume Types", Volumes(pod.Spec).All(volume => volume is { ConfigMap: not null } or { Csi: not null } or { DownwardAPI: not null } or { EmptyDir: not null } or { Ephemeral: not null }
            or { PersistentVolumeClaim: not null } or { Projected: not null } or { Secret: not null }));
        yield return ("Privilege Escalation", containers.All(container => container.Security?.AllowPrivilegeEscalation is false));
        yield return ("Running as Non-root", top?.RunAsNonRoot is true
            ? containers.All(container => container.Security?.RunAsNonRoot is not false)
            : containers.All(container => container.Security?.RunAsNonRoot is true) && top?.RunAsNonRoot is not false);
        yield return ("Running as Non-root user", containers.Select(container => container.Security?.RunAsUser).Append(top?.RunAsUser).All(user => user is not 0));
        yield return ("Seccomp", (top?.SeccompProfile is null || Profiles.Contains(top.SeccompProfile.Type))
            && containers.All(container => Profiles.Contains((container.Security?.SeccompProfile ?? top?.SeccompProfile)?.Type)));
        yield return ("Capabilities", containers.All(container => (container.Security?.Capabilities?.Drop ?? []).Contains("ALL")
            && (container.Security?.Capabilities?.Add ?? []).All(added => added == "NET_BIND_SERVICE")));
    }

    private static IEnumerable<V1Volume> Volumes(V1PodSpec spec) => spec.Volumes ?? [];

    private static List<OneContainer> Containers(V1PodSpec spec) =>
    [
        .. spec.Containers.Concat(spec.InitContainers ?? []).Select(container => new OneContainer(
            container.SecurityContext, container.Ports ?? [], HostsOf(container.Lifecycle, container.LivenessProbe, container.ReadinessProbe, container.StartupProbe))),
        .. (spec.EphemeralContainers ?? []).Select(container => new OneContainer(
            container.SecurityContext, container.Ports ?? [], HostsOf(container.Lifecycle, container.LivenessProbe, container.ReadinessProbe, container.StartupProbe))),
    ];

    private static IEnumerable<string?> HostsOf(V1Lifecycle? lifecycle, params V1Probe?[] probes) =>
    [
        .. probes.SelectMany(probe => new[] { probe?.HttpGet?.Host, probe?.TcpSocket?.Host }),
        .. new[] { lifecycle?.PostStart, lifecycle?.PreStop }.SelectMany(hook => new[] { hook?.HttpGet?.Host, hook?.TcpSocket?.Host }),
    ];

    /// <summary>What the profile asks of a container, an init container and an ephemeral one alike.</summary>
    private sealed record OneContainer(V1SecurityContext? Security, IEnumerable<V1ContainerPort> Ports, IEnumerable<string?> Hosts);
}
