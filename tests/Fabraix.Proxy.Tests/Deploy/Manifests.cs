using k8s;
using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>A rendered deployment, every document of it in the type of its kind.</summary>
internal sealed class Manifests
{
    // Of kinds that no cluster has by itself the client knows nothing.
    private static readonly Dictionary<string, Type> Own = new(StringComparer.Ordinal)
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["secrets-store.csi.x-k8s.io/v1/SecretProviderClass"] = typeof(SecretProviderClass),
        ["gateway.networking.k8s.io/v1/HTTPRoute"] = typeof(HttpRoute),
    };

    private Manifests(IReadOnlyList<IMetadata<V1ObjectMeta>> all) => All = all;

    public IReadOnlyList<IMetadata<V1ObjectMeta>> All { get; }

    public V1Deployment Deployment => Of<V1Deployment>().Single();

    public V1PodTemplateSpec Pod => Deployment.Spec.Template;

    public V1Container Container => Pod.Spec.Containers.Single();

    /// <summary>The proxy's variables. One that takes its value from elsewhere has none.</summary>
    public IReadOnlyDictionary<string, string> Variables => Container.Env.ToDictionary(variable => variable.Name, variable => variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>Reads strictly: a field that its kind has not, and a kind that is not known, is an exception.</summary>
    public static Manifests Parse(string yaml) => new([.. KubernetesYaml.LoadAllFromString(yaml, Own, strict: true).Cast<IMetadata<V1ObjectMeta>>()]);

    public IEnumerable<T> Of<T>() => All.OfType<T>();
}
