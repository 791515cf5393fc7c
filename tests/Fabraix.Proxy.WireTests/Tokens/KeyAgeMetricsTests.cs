using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Tokens;

/// <summary>Meters belong to the process: these tests run while no other proxy does.</summary>
[Collection(RunAlone.Name)]
public sealed class KeyAgeMetricsTests
{
    [Fact]
    public async Task Say_how_old_an_issuers_keys_are_and_why_there_are_no_newer_ones()
    {
        var time = new TestClock();
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Issuer.Serve();
            setup.Settings["Fabraix:Tokens:Issuers:main:Jwks"] = setup.Issuer.JwksUrl;
        });
        proxy.Issuer.Server!.Answer = static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        };

        await time.PassAsync(TimeSpan.FromMinutes(5));
        await Bounds.UntilAsync(() => proxy.Logs.Lines.Any(line => line.Id.Id == 1300), "a word about the outage");
        var metrics = (await proxy.ManageAsync("/metrics")).Text;

        Assert.Matches("fabraix_proxy_issuer_keys_age_seconds{[^}]*fabraix_issuer=\"main\"[^}]*} 300\\s", metrics);
        Assert.Matches("fabraix_proxy_issuer_fetches_total{[^}]*fabraix_outcome=\"good\"[^}]*} 1\\s", metrics);
        Assert.Matches("fabraix_proxy_issuer_fetches_total{[^}]*fabraix_outcome=\"unreachable\"[^}]*} 1\\s", metrics);
    }
}
