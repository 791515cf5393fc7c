using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>On loopback: a page whose own name was pointed at this machine (DNS rebinding) must not read health and metrics.</summary>
public sealed class ManagementHostTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    /// <summary>All that a stranger learns.</summary>
    public const string Advice = "This name is not one of the management listener. Ask by its address, or add the name to Fabraix:Management:AllowedHosts.\n";

    private readonly ProxyUnderTest proxy = fixture.Proxy;

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8081")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:9")]
    [InlineData("[::1]:8081")]
    public async Task Answers_who_names_this_machine(string host) => Assert.Equal(200, (await AskAsync("/healthz/live", host)).Status);

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8081")]
    [InlineData("localhost.evil.example")]
    [InlineData("10.1.2.3")]
    [InlineData("")]
    public async Task Refuses_who_names_another(string host)
    {
        foreach (var path in (string[])["/healthz/live", "/healthz/ready", "/metrics"])
        {
            var answer = await AskAsync(path, host);

            Assert.Equal(421, answer.Status);
            Assert.Equal(Advice, answer.Text);
        }
    }

    [Fact]
    public async Task Answers_any_host_where_it_listens_on_all_interfaces()
    {
        await using var open = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Management:Url"] = "http://0.0.0.0:0");
        await using var client = await RawClient.ConnectAsync(open.Management);

        Assert.Equal(200, (await client.AskAsync(new RequestText("GET", "/healthz/live").With("Host", "proxy.internal.example").ToString())).Status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", 200)]
    [InlineData("http://127.0.0.1:0", 421)]
    public async Task Answers_only_hosts_that_are_listed_and_this_machine_where_they_are(string url, int another)
    {
        await using var open = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Settings["Fabraix:Management:Url"] = url;
            setup.Settings["Fabraix:Management:AllowedHosts:0"] = "proxy.internal.example";
            setup.Settings["Fabraix:Management:AllowedHosts:1"] = "*.svc.cluster.local";
        });
        await using var client = await RawClient.ConnectAsync(open.Management);

        foreach (var host in (string[])["proxy.internal.example:8081", "a.svc.cluster.local", "localhost:8081", "127.0.0.1"])
            Assert.Equal(200, (await client.AskAsync(new RequestText("GET", "/healthz/live").With("Host", host).ToString())).Status);

        // What a probe of Kubernetes sends is the pod's address.
        foreach (var host in (string[])["10.1.2.3:8081", "[fd00::1]:8081"])
            Assert.Equal(another, (await client.AskAsync(new RequestText("GET", "/healthz/live").With("Host", host).ToString())).Status);
        foreach (var host in (string[])["evil.example", "10.1.2.3.evil.example", "svc.cluster.local", "proxy.internal.example.evil.example", ""])
            Assert.Equal(421, (await client.AskAsync(new RequestText("GET", "/healthz/live").With("Host", host).ToString())).Status);
    }

    private async Task<RawResponse> AskAsync(string path, string host)
    {
        await using var client = await RawClient.ConnectAsync(proxy.Management);
        return await client.AskAsync(new RequestText("GET", path).With("Host", host).ToString());
    }
}
