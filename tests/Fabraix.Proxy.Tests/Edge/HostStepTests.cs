using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class HostStepTests
{
    [Theory]
    [InlineData("api.example.com")]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    public void Allows_any_host_where_none_is_listed(string host) => Assert.True(HostStep.Allows([], host));

    [Theory]
    [InlineData("api.example.com")]
    [InlineData("API.Example.COM")]
    [InlineData("a.example.org")]
    [InlineData("a.b.EXAMPLE.org")]
    public void Allows_a_listed_host_and_a_subdomain_of_a_wildcard(string host) => Assert.True(HostStep.Allows(["api.example.com", "*.example.org"], host));

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("www.api.example.com")]
    [InlineData("api.example.com.")]
    [InlineData("api.example.com.evil.test")]
    [InlineData("evil-api.example.com")]
    [InlineData("example.org")]
    [InlineData(".example.org")]
    [InlineData("evilexample.org")]
    [InlineData("*.example.com")]
    [InlineData("127.0.0.1")]
    public void Refuses_every_other_host(string host) => Assert.False(HostStep.Allows(["api.example.com", "*.example.org"], host));

    [Theory]
    [InlineData("api.example.com:8080", true)]
    [InlineData("api.example.com", true)]
    [InlineData("evil.test:8080", false)]
    public async Task Judges_the_name_whatever_the_port(string host, bool passes)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host);
        context.Features.Set(new RequestRecord());

        var verdict = await new HostStep(new EdgeOptions { AllowedHosts = ["api.example.com"] }).JudgeAsync(context);

        Assert.Equal(passes ? null : "host: not one of AllowedHosts", verdict.Refusal?.Rule);
        Assert.False(verdict.Answered);
    }
}
