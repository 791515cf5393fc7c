using Fabraix.Proxy.Telemetry;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Certificates;

/// <summary>Meters belong to the process: what other proxies count would be counted here too.</summary>
[Collection(RunAlone.Name)]
public sealed class CertificateMetricsTests
{
    [Fact]
    public async Task Have_the_expiry_of_the_certificate_in_use_and_count_its_changes()
    {
        await using var served = await Served.StartAsync();
        var next = served.Authority.Issue(to: new DateTimeOffset(2096, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await served.Volume.UpdateAsync(next.Files);
        await served.UntilServedAsync(next);
        await served.Volume.UpdateAsync([]);
        await served.ToldAsync(EventIds.CertificateRefused);

        var metrics = (await served.Proxy.ManageAsync("/metrics")).Text;
        metrics = string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("fabraix_proxy_certificate", StringComparison.Ordinal)));
        Assert.Matches("(?m)^fabraix_proxy_certificate_expiry_seconds{[^}]*fabraix_certificate=\"Public\"[^}]*} 3976214400( |$)", metrics);
        Assert.Matches("(?m)^fabraix_proxy_certificate_reloads_total{[^}]*fabraix_outcome=\"accepted\"[^}]*} 1( |$)", metrics);
        Assert.Matches("(?m)^fabraix_proxy_certificate_reloads_total{[^}]*fabraix_outcome=\"refused\"[^}]*} 1( |$)", metrics);
    }
}
