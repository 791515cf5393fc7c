namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>Each rule is broken once by itself: the manifests as they are, and one change of their text.</summary>
public sealed class OurRulesTests
{
    private const string All = "overlays/vault gateway ingress-nginx mint monitoring otlp redis";

    [Theory]
    [InlineData("the program drains by itself", "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30")]
    [InlineData("the program drains by itself", "        startupProbe:", "        lifecycle: { preStop: { sleep: { seconds: 5 } } }\n        startupProbe:")]
    [InlineData("no service account token by default", "      automountServiceAccountToken: false\n", "")]
    [InlineData("no service account token by default", "\nautomountServiceAccountToken: false\nkind", "\nkind")]
    [InlineData("a token only for the store that needs it", "audience: vault", "audience: https://kubernetes.default.svc")]
    [InlineData("a token only for the store that needs it", "vault:secret/data/example/fabraix#api_key", "kubernetes:fabraix/api#key")]
    [InlineData("tokens expire", "expirationSeconds: 3600", "expirationSeconds: 86400")]
    [InlineData("probes", "path: /healthz/ready", "path: /healthz/live")]
    [InlineData("probes", "        livenessProbe:\n          failureThreshold: 3\n          httpGet:\n            path: /healthz/live\n            port: management", "        livenessProbe:\n          httpGet:\n            path: /healthz/live\n            port: http")]
    [InlineData("listeners", "value: \"8080\"", "value: \"5000\"")]
    [InlineData("listeners", "value: http://+:8081", "value: http://localhost:8081")]
    [InlineData("management answers to names that are listed", "value: fabraix-proxy-management\n        - name: Fabraix__Management__AllowedHosts__1", "value: \"*.example\"\n        - name: Fabraix__Management__AllowedHosts__1")]
    [InlineData("mounts", "mountPath: /etc/fabraix-proxy\n          name: configuration\n          readOnly: true", "mountPath: /etc/fabraix-proxy\n          name: configuration")]
    [InlineData("mounts", "defaultMode: 288", "defaultMode: 292")]
    [InlineData("the configuration is mounted whole", "mountPath: /etc/fabraix-proxy\n", "mountPath: /etc/fabraix-proxy\n          subPath: appsettings.json\n")]
    [InlineData("the configuration is mounted whole", "- /etc/fabraix-proxy/appsettings.json", "- /etc/fabraix-proxy/settings.json")]
    [InlineData("named files are mounted", "value: file:/var/run/secrets/fabraix-redis/password", "value: file:/var/run/secrets/redis/password")]
    [InlineData("image", "image: fabraix-proxy:0.1.0", "image: fabraix-proxy:latest")]
    [InlineData("image", "image: fabraix-proxy:0.1.0", "image: fabraix-proxy")]
    [InlineData("a user of its own and a read-only root", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")]
    [InlineData("a user of its own and a read-only root", "      enableServiceLinks: false\n", "")]
    [InlineData("resources", "          limits:\n            memory: 512Mi\n", "")]
    [InlineData("no secret's value", "value: file:/var/run/secrets/mint/web-backend", "value: 0123456789abcdef0123456789abcdef")]
    [InlineData("no secret's value", "- name: VAULT_K8S_ROLE\n          value: fabraix-proxy", "- name: VAULT_TOKEN\n          value: hvs.0123")]
    [InlineData("no secret's value", "apiVersion: v1\nautomountServiceAccountToken", "apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: fabraix }\n---\napiVersion: v1\nautomountServiceAccountToken")]
    [InlineData("known variables", "- name: VAULT_K8S_ROLE", "- name: VAULT_K8S_ROLES")]
    public Task A_pod_that_breaks_one_is_told(string rule, string right, string wrong) => IsBrokenAsync(rule, right, wrong);

    [Theory]
    [InlineData("nothing goes without a policy", "  podSelector: {}\n  policyTypes:\n  - Ingress\n  - Egress", "  podSelector: {}\n  policyTypes:\n  - Ingress")]
    [InlineData("both ports can be reached", "port: 8080\n      protocol: TCP", "port: 80\n      protocol: TCP")]
    [InlineData("browsers come by one namespace", "          kubernetes.io/metadata.name: example-gateway\n", "          kubernetes.io/metadata.name: example-gateway\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: ingress-nginx\n")]
    [InlineData("who comes in is named", "  - from:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: monitoring\n    ports", "  - ports")]
    [InlineData("who comes in is named", "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: monitoring\n    ports", "    - namespaceSelector: {}\n    ports")]
    [InlineData("where to is named", "    to:\n    - ipBlock:\n        cidr: 192.0.2.10/32\n", "")]
    [InlineData("names can be asked", "    - port: 53\n      protocol: TCP\n", "")]
    [InlineData("the internet by https alone", "    - port: 443\n      protocol: TCP", "    - port: 443\n      protocol: TCP\n    - port: 80\n      protocol: TCP")]
    [InlineData("nothing private by that", "        - 169.254.0.0/16\n", "")]
    [InlineData("nothing private by that", "        - 172.16.0.0/12\n", "        - 172.16.0.0/16\n")]
    [InlineData("nothing private by that", "        - fc00::/7\n", "")]
    [InlineData("other blocks are narrow", "cidr: 192.0.2.10/32", "cidr: 10.0.0.0/8")]
    [InlineData("what the configuration names can be reached", "    - port: 6380\n      protocol: TCP", "    - port: 6379\n      protocol: TCP")]
    public Task A_network_that_breaks_one_is_told(string rule, string right, string wrong) => IsBrokenAsync(rule, right, wrong);

    [Theory]
    [InlineData("a restricted namespace", "pod-security.kubernetes.io/enforce: restricted", "pod-security.kubernetes.io/enforce: baseline")]
    [InlineData("all in that namespace", "  name: fabraix-proxy-redis\n  namespace: fabraix", "  name: fabraix-proxy-redis\n  namespace: default")]
    [InlineData("two replicas or more, by the autoscaler alone", "  revisionHistoryLimit: 5", "  replicas: 2\n  revisionHistoryLimit: 5")]
    [InlineData("two replicas or more, by the autoscaler alone", "minReplicas: 2", "minReplicas: 1")]
    [InlineData("a rollout takes no pod away first", "maxUnavailable: 0", "maxUnavailable: 1")]
    [InlineData("spread over zones and nodes", "topologyKey: topology.kubernetes.io/zone", "topologyKey: kubernetes.io/hostname")]
    [InlineData("one pod at a time may be taken away", "  maxUnavailable: 1\n", "  minAvailable: 2\n")]
    [InlineData("selectors select the pods", "  selector:\n    app.kubernetes.io/name: fabraix-proxy\n---", "  selector:\n    app: fabraix-proxy\n---")]
    [InlineData("the management port has a Service of its own", "  type: ClusterIP", "  type: LoadBalancer")]
    [InlineData("the public address leads to the public Service", "            name: fabraix-proxy\n            port:\n              name: http", "            name: fabraix-proxy-management\n            port:\n              name: management")]
    [InlineData("buffering is off", "proxy-buffering: \"off\"", "proxy-buffering: \"on\"")]
    [InlineData("scraped once", "      app.kubernetes.io/component: management\n      app.kubernetes.io/name", "      app.kubernetes.io/name")]
    [InlineData("scrapes and alerts are selected alike", "    app.kubernetes.io/name: fabraix-proxy\n    release: example\n", "    app.kubernetes.io/name: fabraix-proxy\n    release: other\n")]
    public Task A_cluster_that_breaks_one_is_told(string rule, string right, string wrong) => IsBrokenAsync(rule, right, wrong);

    [Fact]
    public async Task A_driver_without_what_it_mounts_is_told()
    {
        var text = await Deployments.TextAsync("overlays/csi");

        Assert.Equal(["what is mounted by name is there"], OurRules.Broken(Manifests.Parse(text.Replace("secretProviderClass: fabraix-api-key", "secretProviderClass: other", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_metadata_server_out_of_reach_is_told()
    {
        var text = await Deployments.TextAsync("overlays/gcp");

        Assert.Equal(["what the configuration names can be reached"], OurRules.Broken(Manifests.Parse(text.Replace("port: 988", "port: 987", StringComparison.Ordinal))));
    }

    private static async Task IsBrokenAsync(string rule, string right, string wrong)
    {
        var text = await Deployments.TextAsync(All);

        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.Empty(OurRules.Broken(Manifests.Parse(text)));
        Assert.Contains(rule, OurRules.Broken(Manifests.Parse(text.Replace(right, wrong, StringComparison.Ordinal))));
    }
}
