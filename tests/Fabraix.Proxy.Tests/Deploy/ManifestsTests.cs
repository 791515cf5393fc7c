using Fabraix.Proxy.Tests.Configuration;
using k8s.Models;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>Every deployment is rendered, and read strictly, by the first line of each test.</summary>
public sealed class ManifestsTests
{
    public static TheoryData<string> Deployed => [.. Deployments.All];

    [Theory]
    [MemberData(nameof(Deployed))]
    public async Task Keep_to_the_profile_restricted(string deployment)
    {
        var manifests = await Deployments.LoadAsync(deployment);

        Assert.Empty(RestrictedProfile.Broken(manifests.Pod));
    }

    [Theory]
    [MemberData(nameof(Deployed))]
    public async Task Keep_to_our_rules(string deployment)
    {
        var manifests = await Deployments.LoadAsync(deployment);

        Assert.Empty(OurRules.Broken(manifests));
    }

    [Theory]
    [MemberData(nameof(Deployed))]
    public async Task Configure_the_proxy_without_a_mistake_or_a_warning(string deployment)
    {
        var manifests = await Deployments.LoadAsync(deployment);

        var reading = PodConfiguration.Read(manifests);

        Assert.Empty(Sample.Shown([.. reading.Mistakes, .. reading.Warnings]));
        Assert.NotEmpty(reading.Settings!.Edge.TrustedProxies);
        Assert.NotEmpty(reading.Settings.Edge.AllowedHosts);
        Assert.NotEmpty(reading.Settings.Browser.Origins);
        Assert.Equal("http://+:8081", reading.Settings.Management.Url);
    }

    [Theory]
    [InlineData("secret", "file")]
    [InlineData("csi", "file")]
    [InlineData("azure", "azure-key-vault")]
    [InlineData("aws", "aws-secrets-manager")]
    [InlineData("gcp", "gcp-secret-manager")]
    [InlineData("vault", "vault")]
    public async Task Read_the_key_from_the_store_that_the_overlay_is_called_by(string overlay, string scheme)
    {
        var reading = PodConfiguration.Read(await Deployments.LoadAsync($"overlays/{overlay}"));

        Assert.Equal(scheme, Assert.Single(reading.Settings!.Keys).Secret.Scheme);
    }

    [Fact]
    public void Have_an_overlay_for_each_way_to_keep_a_key() => Assert.Equal(["aws", "azure", "csi", "gcp", "secret", "vault"], Deployments.Overlays);

    [Fact]
    public async Task Mount_no_token_where_a_mounted_Secret_holds_the_key() =>
        Assert.DoesNotContain((await Deployments.LoadAsync("overlays/secret")).Pod.Spec.Volumes, volume => volume.Projected is not null);

    /// <summary>The base's own hole is the ingress controller's; a gateway's takes its place.</summary>
    [Theory]
    [InlineData("overlays/secret", "ingress-nginx")]
    [InlineData("overlays/secret ingress-nginx", "ingress-nginx")]
    [InlineData("overlays/secret gateway", "example-gateway")]
    public async Task Let_browsers_in_from_where_the_public_address_is_and_from_nowhere_else(string deployment, string home)
    {
        var rules = (await Deployments.LoadAsync(deployment)).Of<V1NetworkPolicy>().SelectMany(policy => policy.Spec.Ingress ?? []).Where(rule => rule.Ports.Any(port => port.Port.Value == "8080"));

        Assert.Equal(home, Assert.Single(Assert.Single(rules).FromProperty).NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
    }

    /// <summary>The base is no deployment: it has no key.</summary>
    [Fact]
    public async Task Take_the_base_from_one_place()
    {
        var manifests = await Deployments.LoadAsync("base");

        Assert.DoesNotContain(manifests.Variables.Keys, name => name.StartsWith("Fabraix__Keys__", StringComparison.Ordinal));
        Assert.Equal(["api-key", "configuration"], (await Deployments.LoadAsync("overlays/secret")).Pod.Spec.Volumes.Select(volume => volume.Name).Order());
        Assert.Single(manifests.Of<V1ConfigMap>());
    }

    [Theory]
    [InlineData("securityContext:", "securityContexts:")]
    [InlineData("maxUnavailable: 0", "maxUnavailble: 0")]
    [InlineData("- proxy.example.com\n", "- proxy.example.com\n  tils: []\n")]
    [InlineData("kind: HorizontalPodAutoscaler", "kind: HorizontalPodAutoScaler")]
    [InlineData("interval: 30s", "intervall: 30s")]
    [InlineData("- alert: FabraixProxyKeyLeaked", "- alerts: FabraixProxyKeyLeaked")]
    public async Task Are_not_read_where_a_name_is_misspelt(string right, string wrong)
    {
        var text = await Deployments.TextAsync("overlays/secret ingress-nginx monitoring");

        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.NotEmpty(Manifests.Parse(text).All);
        Assert.ThrowsAny<Exception>(() => Manifests.Parse(text.Replace(right, wrong, StringComparison.Ordinal)));
    }
}
