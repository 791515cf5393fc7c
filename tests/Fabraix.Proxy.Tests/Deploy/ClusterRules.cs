using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>How the documents hang together, and what keeps the proxy there while nodes and versions come and go.</summary>
internal static class ClusterRules
{
    private const string EnforcedProfile = "pod-security.kubernetes.io/enforce";

    public static IEnumerable<(string Name, bool Kept)> Judge(Manifests manifests)
    {
        var (deployment, pod) = (manifests.Deployment, manifests.Pod);
        var (home, services) = (manifests.Of<V1Namespace>().Single(), manifests.Of<V1Service>().ToList());
        yield return ("a restricted namespace", home.Metadata.Labels.TryGetValue(EnforcedProfile, out var profile) && profile == "restricted");
        yield return ("all in that namespace", manifests.All.Where(document => document is not V1Namespace).All(document => document.Metadata.NamespaceProperty == home.Metadata.Name));

        var scaler = manifests.Of<V2HorizontalPodAutoscaler>().Single().Spec;
        yield return ("two replicas or more, by the autoscaler alone", deployment.Spec.Replicas is null && scaler is { MinReplicas: >= 2, ScaleTargetRef: { ApiVersion: "apps/v1", Kind: "Deployment" } target } && target.Name == deployment.Metadata.Name);
        yield return ("a rollout takes no pod away first", deployment.Spec.Strategy is { RollingUpdate: { MaxUnavailable.Value: "0" } } and not { Type: "Recreate" });
        yield return ("spread over zones and nodes", pod.Spec.TopologySpreadConstraints.Select(constraint => constraint.TopologyKey).Order().SequenceEqual(["kubernetes.io/hostname", "topology.kubernetes.io/zone"]));

        var budget = manifests.Of<V1PodDisruptionBudget>().Single().Spec;
        yield return ("one pod at a time may be taken away", budget.MaxUnavailable?.Value == "1" && budget.MinAvailable is null);
        yield return ("selectors select the pods", Selectors(manifests).All(selector => selector.Count > 0 && selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));
        yield return ("the management port has a Service of its own", services.Count == 2 && services.All(service => service.Spec.Ports.Count == 1 && service.Spec.Type is null or "ClusterIP")
            && services.Select(service => $"{service.Metadata.Name} {service.Spec.Ports[0].Port} {service.Spec.Ports[0].TargetPort.Value}").SequenceEqual(["fabraix-proxy 8080 http", "fabraix-proxy-management 8081 management"]));
        yield return ("the public address leads to the public Service", Backends(manifests).All(backend => backend is "fabraix-proxy http" or "fabraix-proxy 8080"));
        yield return ("buffering is off", manifests.Of<V1Ingress>().All(ingress =>
            new[] { "proxy-buffering", "proxy-request-buffering" }.All(name => ingress.Metadata.Annotations.TryGetValue($"nginx.ingress.kubernetes.io/{name}", out var value) && value == "off")));
        yield return ("scraped once", manifests.Of<ServiceMonitor>().All(monitor => services.Count(service => Matches(monitor.Spec.Selector, service.Metadata.Labels)) == 1
            && monitor.Spec.Endpoints.All(endpoint => endpoint is { Port: "management", Path: "/metrics" })));
        yield return ("scrapes and alerts are selected alike", manifests.Of<ServiceMonitor>().Select(Release).SequenceEqual(manifests.Of<PrometheusRule>().Select(Release)));
        yield return ("what is mounted by name is there", pod.Spec.Volumes.Select(volume => volume.Csi).OfType<V1CSIVolumeSource>()
            .All(csi => manifests.Of<SecretProviderClass>().Any(provider => provider.Metadata.Name == csi.VolumeAttributes["secretProviderClass"])));
    }

    private static string? Release(CustomResource selected) => selected.Metadata.Labels.TryGetValue("release", out var release) ? release : null;

    private static IEnumerable<IDictionary<string, string>> Selectors(Manifests manifests) =>
    [
        manifests.Deployment.Spec.Selector.MatchLabels,
        .. manifests.Of<V1Service>().Select(service => service.Spec.Selector),
        .. manifests.Of<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels),
        .. manifests.Of<V1NetworkPolicy>().Where(policy => policy.Metadata.Name != "default-deny").Select(policy => policy.Spec.PodSelector.MatchLabels),
        .. manifests.Pod.Spec.TopologySpreadConstraints.Select(constraint => constraint.LabelSelector.MatchLabels),
    ];

    private static IEnumerable<string> Backends(Manifests manifests) =>
    [
        .. manifests.Of<V1Ingress>().SelectMany(ingress => ingress.Spec.Rules).SelectMany(rule => rule.Http.Paths).Select(path => path.Backend.Service).Select(service => $"{service.Name} {service.Port.Name ?? $"{service.Port.Number}"}"),
        .. manifests.Of<HttpRoute>().SelectMany(route => route.Spec.Rules).SelectMany(rule => rule.BackendRefs).Select(backend => $"{backend.Name} {backend.Port}"),
    ];

    private static bool Matches(V1LabelSelector selector, IDictionary<string, string> labels) => selector.MatchLabels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);
}
