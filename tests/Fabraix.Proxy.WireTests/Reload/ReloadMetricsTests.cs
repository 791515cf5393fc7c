using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Reload;

/// <summary>Metrics and readiness. What counts in one process is exported by every proxy in it, so these run alone.</summary>
[Collection(RunAlone.Name)]
public sealed class ReloadMetricsTests
{
    [Fact]
    public async Task Tell_of_a_change_that_is_in_use_and_of_one_that_is_refused()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Reloads = true);
        await proxy.AcceptAsync(settings => settings["Fabraix:RateLimits:PerUser:PerMinute"] = "1000");
        await proxy.ChangeAsync("{");
        await proxy.RefusalsAsync();

        var metrics = (await proxy.ManageAsync("/metrics")).Text;
        metrics = string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("fabraix_proxy_configuration", StringComparison.Ordinal)));
        Assert.Matches("(?m)^fabraix_proxy_configuration_reloads_total{[^}]*fabraix_outcome=\"accepted\"[^}]*} 1( |$)", metrics);
        Assert.Matches("(?m)^fabraix_proxy_configuration_reloads_total{[^}]*fabraix_outcome=\"refused\"[^}]*} 1( |$)", metrics);
        Assert.Matches("(?m)^fabraix_proxy_configuration_refused[^ ]* 1( |$)", metrics);
        var ready = await proxy.ManageAsync("/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.Contains("degraded", ready.Text, StringComparison.Ordinal);

        await proxy.ChangeAsync(static _ => { });
        await Bounds.UntilAsync(() => Changes.Told(proxy, EventIds.ConfigurationWithdrawn).Count == 1, "the refused text gone");
        Assert.Equal("""{"status":"ready","degraded":[]}""", (await proxy.ManageAsync("/healthz/ready")).Text);
    }
}
