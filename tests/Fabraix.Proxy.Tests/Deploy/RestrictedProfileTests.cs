using k8s;
using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

public sealed class RestrictedProfileTests
{
    private const string Good = """
        metadata: {}
        spec:
          securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
          containers:
            - name: one
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
        """;

    /// <summary>Every control, by each of its fields at least once; the fixture differs from the good one in that alone.</summary>
    public static TheoryData<string, string> Breaches() => new()
    {
        { "HostProcess", Pod("securityContext: { windowsOptions: { hostProcess: true }, runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }") },
        { "HostProcess", With("windowsOptions: { hostProcess: true }") },
        { "Host Namespaces", Pod("hostNetwork: true") },
        { "Host Namespaces", Pod("hostPID: true") },
        { "Host Namespaces", Pod("hostIPC: true") },
        { "Privileged Containers", With("privileged: true") },
        { "Host Ports", Container("ports: [{ containerPort: 80, hostPort: 80 }]") },
        { "Host Probes / Lifecycle Hooks", Container("livenessProbe: { httpGet: { host: 10.0.0.1, port: 80 } }") },
        { "Host Probes / Lifecycle Hooks", Container("readinessProbe: { tcpSocket: { host: 10.0.0.1, port: 80 } }") },
        { "Host Probes / Lifecycle Hooks", Container("startupProbe: { httpGet: { host: 10.0.0.1, port: 80 } }") },
        { "Host Probes / Lifecycle Hooks", Container("lifecycle: { postStart: { httpGet: { host: 10.0.0.1, port: 80 } } }") },
        { "Host Probes / Lifecycle Hooks", Container("lifecycle: { preStop: { tcpSocket: { host: 10.0.0.1, port: 80 } } }") },
        { "AppArmor", With("appArmorProfile: { type: Unconfined }") },
        { "AppArmor", Good.Replace("metadata: {}", "metadata: { annotations: { container.apparmor.security.beta.kubernetes.io/one: unconfined } }", StringComparison.Ordinal) },
        { "SELinux", With("seLinuxOptions: { type: spc_t }") },
        { "SELinux", With("seLinuxOptions: { user: system_u }") },
        { "SELinux", With("seLinuxOptions: { role: system_r }") },
        { "/proc Mount Type", With("procMount: Unmasked") },
        { "Sysctls", Good.Replace("runAsNonRoot: true,", "runAsNonRoot: true, sysctls: [{ name: kernel.msgmax, value: \"1\" }],", StringComparison.Ordinal) },
        { "Volume Types", Pod("volumes: [{ name: v, nfs: { server: s, path: / } }]") },
        { "Privilege Escalation", Good.Replace("allowPrivilegeEscalation: false, ", "", StringComparison.Ordinal) },
        { "Privilege Escalation", Good.Replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", StringComparison.Ordinal) },
        { "Running as Non-root", Good.Replace("runAsNonRoot: true, ", "", StringComparison.Ordinal) },
        { "Running as Non-root", With("runAsNonRoot: false") },
        { "Running as Non-root user", With("runAsUser: 0") },
        { "Running as Non-root user", Good.Replace("runAsNonRoot: true,", "runAsNonRoot: true, runAsUser: 0,", StringComparison.Ordinal) },
        { "Seccomp", Good.Replace(", seccompProfile: { type: RuntimeDefault }", "", StringComparison.Ordinal) },
        { "Seccomp", With("seccompProfile: { type: Unconfined }") },
        { "Capabilities", Good.Replace(", capabilities: { drop: [ALL] }", "", StringComparison.Ordinal) },
        { "Capabilities", Good.Replace("drop: [ALL]", "drop: [NET_RAW]", StringComparison.Ordinal) },
        { "Capabilities", Good.Replace("drop: [ALL]", "drop: [ALL], add: [CHOWN]", StringComparison.Ordinal) },
    };

    [Fact]
    public void Is_kept_by_a_pod_that_sets_what_it_must() => Assert.Empty(RestrictedProfile.Broken(Parse(Good)));

    [Theory]
    [InlineData("volumes: [{ name: a, configMap: { name: a } }, { name: b, csi: { driver: d } }, { name: c, emptyDir: {} }, { name: d, projected: {} }, { name: e, secret: { secretName: s } }]")]
    [InlineData("hostNetwork: false")]
    public void Allows_what_the_page_allows(string lines) => Assert.Empty(RestrictedProfile.Broken(Parse(Pod(lines))));

    [Theory]
    [InlineData("capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }")]
    [InlineData("seccompProfile: { type: Localhost, localhostProfile: p }, capabilities: { drop: [ALL] }")]
    [InlineData("seLinuxOptions: { type: container_t }, capabilities: { drop: [ALL] }")]
    public void Allows_a_container_what_the_page_allows(string fields) =>
        Assert.Empty(RestrictedProfile.Broken(Parse(Good.Replace("capabilities: { drop: [ALL] }", fields, StringComparison.Ordinal))));

    [Theory]
    [MemberData(nameof(Breaches))]
    public void Is_broken_by_each_control_alone(string control, string pod) => Assert.Equal([control], RestrictedProfile.Broken(Parse(pod)));

    /// <summary>The page lists it in both profiles.</summary>
    [Fact]
    public void Is_broken_twice_by_a_folder_of_the_node() =>
        Assert.Equal(["HostPath Volumes", "Volume Types"], RestrictedProfile.Broken(Parse(Pod("volumes: [{ name: v, hostPath: { path: / } }]"))));

    [Theory]
    [InlineData("initContainers")]
    [InlineData("ephemeralContainers")]
    public void Is_asked_of_every_kind_of_container(string kind) =>
        Assert.Equal(["Privilege Escalation", "Capabilities"], RestrictedProfile.Broken(Parse(Pod($"{kind}: [{{ name: two }}]"))));

    [Fact]
    public void Has_a_fixture_for_every_control() => Assert.Equal(
        ["/proc Mount Type", "AppArmor", "Capabilities", "Host Namespaces", "Host Ports", "Host Probes / Lifecycle Hooks", "HostProcess", "Privilege Escalation", "Privileged Containers", "Running as Non-root",
            "Running as Non-root user", "SELinux", "Seccomp", "Sysctls", "Volume Types"],
        Breaches().Select(breach => breach.Data.Item1).Distinct().Order(StringComparer.Ordinal));

    private static string Pod(string lines) => lines.StartsWith("securityContext", StringComparison.Ordinal)
        ? Good.Replace("securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }", lines, StringComparison.Ordinal)
        : $"{Good}\n  {lines}\n";

    private static string Container(string lines) => $"{Good}\n      {lines}\n";

    private static string With(string field) => Good.Replace("allowPrivilegeEscalation: false,", $"allowPrivilegeEscalation: false, {field},", StringComparison.Ordinal);

    private static V1PodTemplateSpec Parse(string yaml) => KubernetesYaml.Deserialize<V1PodTemplateSpec>(yaml, strict: true);
}
