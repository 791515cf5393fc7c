namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>http is accepted to loopback since nobody is on the way; through an egress proxy somebody is.</summary>
public sealed class EgressProxyTests
{
    private const string Proxy = "\"http://proxy.example:3128\"";

    [Fact]
    public void Refuses_an_egress_proxy_for_an_http_upstream()
    {
        var mistake = Assert.Single(Sample.Read(Sample.With("Fabraix:Upstream:Proxy", Proxy, Sample.With("Fabraix:Upstream:Address", "\"http://127.0.0.1:9000\""))).Mistakes);

        Assert.Equal("Fabraix:Upstream:Proxy", mistake.Path);
    }

    [Fact]
    public void Takes_one_for_an_https_upstream_and_for_one_that_is_called_dangerous()
    {
        Assert.NotNull(Sample.Accepted(Sample.With("Fabraix:Upstream:Proxy", Proxy)).Upstream.Proxy);
        var dangerous = Sample.With("Fabraix:Upstream:DangerousAllowHttp", "true", Sample.With("Fabraix:Upstream:Address", "\"http://127.0.0.1:9000\""));
        Assert.NotNull(Sample.Accepted(Sample.With("Fabraix:Upstream:Proxy", Proxy, dangerous)).Upstream.Proxy);
    }
}
