using k8s;
using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>As much of other projects' kinds as the manifests use; reading is strict, so that a field which is not here is refused.</summary>
internal abstract class CustomResource : IMetadata<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}

/// <summary>prometheus-operator, pkg/apis/monitoring/v1/servicemonitor_types.go and types.go.</summary>
internal sealed class ServiceMonitor : CustomResource
{
    public ServiceMonitorSpec Spec { get; set; } = new();
}

internal sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public List<ServiceMonitorEndpoint> Endpoints { get; set; } = [];
}

internal sealed class ServiceMonitorEndpoint
{
    public string Port { get; set; } = "";

    public string Path { get; set; } = "";

    public string Interval { get; set; } = "";
}

/// <summary>prometheus-operator, pkg/apis/monitoring/v1/prometheusrule_types.go.</summary>
internal sealed class PrometheusRule : CustomResource
{
    public PrometheusRuleSpec Spec { get; set; } = new();
}

internal sealed class PrometheusRuleSpec
{
    public List<PrometheusRuleGroup> Groups { get; set; } = [];
}

internal sealed class PrometheusRuleGroup
{
    public string Name { get; set; } = "";

    public List<PrometheusAlert> Rules { get; set; } = [];
}

internal sealed class PrometheusAlert
{
    public string Alert { get; set; } = "";

    public string Expr { get; set; } = "";

    public string For { get; set; } = "";

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}

/// <summary>secrets-store-csi-driver, apis/v1/secretproviderclass_types.go.</summary>
internal sealed class SecretProviderClass : CustomResource
{
    public SecretProviderClassSpec Spec { get; set; } = new();
}

internal sealed class SecretProviderClassSpec
{
    public string Provider { get; set; } = "";

    public Dictionary<string, string> Parameters { get; set; } = [];
}

/// <summary>gateway-api, apis/v1/httproute_types.go and shared_types.go.</summary>
internal sealed class HttpRoute : CustomResource
{
    public HttpRouteSpec Spec { get; set; } = new();
}

internal sealed class HttpRouteSpec
{
    public List<ParentReference> ParentRefs { get; set; } = [];

    public List<string> Hostnames { get; set; } = [];

    public List<HttpRouteRule> Rules { get; set; } = [];
}

internal sealed class ParentReference
{
    public string Name { get; set; } = "";

    public string Namespace { get; set; } = "";

    public string SectionName { get; set; } = "";
}

internal sealed class HttpRouteRule
{
    public List<HttpRouteMatch> Matches { get; set; } = [];

    public HttpRouteTimeouts? Timeouts { get; set; }

    public List<BackendReference> BackendRefs { get; set; } = [];
}

internal sealed class HttpRouteMatch
{
    public HttpPathMatch Path { get; set; } = new();
}

internal sealed class HttpPathMatch
{
    public string Type { get; set; } = "";

    public string Value { get; set; } = "";
}

internal sealed class HttpRouteTimeouts
{
    public string Request { get; set; } = "";
}

internal sealed class BackendReference
{
    public string Name { get; set; } = "";

    public int Port { get; set; }
}
