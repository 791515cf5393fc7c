using System.Net;
using System.Net.Sockets;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>An upstream that is not there, not itself, or too slow; Proxy-Status says which (RFC 9209 section 2.3).</summary>
public sealed class UnreachableUpstreamTests
{
    [Fact]
    public async Task Says_that_the_connection_was_refused()
    {
        // Bound and not listening: nobody else is given the port while the test holds it.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = await StartAsync($"http://127.0.0.1:{((IPEndPoint)held.LocalEndPoint!).Port}");
        await AssertRefusedAsync(proxy, "upstream_unreachable", "connection_refused");
    }

    [Fact]
    public async Task Says_that_the_name_is_unknown()
    {
        await using var proxy = await StartAsync("https://upstream.invalid");
        await AssertRefusedAsync(proxy, "upstream_unreachable", "dns_error");
    }

    [Fact]
    public async Task Sends_nothing_to_a_server_whose_certificate_is_not_trusted()
    {
        using var certificate = SelfSigned.Make();
        await using var upstream = RecordingUpstream.Start(certificate);
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Upstream = upstream);

        await AssertRefusedAsync(proxy, "upstream_unreachable", "tls_certificate_error");
        Assert.Equal(0, upstream.RequestCount);
        Assert.Empty(upstream.Unfinished);
    }

    [Fact]
    public async Task Trusts_the_authority_of_CaFile()
    {
        using var certificate = SelfSigned.Make();
        await using var upstream = RecordingUpstream.Start(certificate);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Upstream = upstream;
            setup.Settings["Fabraix:Upstream:CaFile"] = file;
        });

        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        UpstreamAssert.Listed(upstream.Only(), proxy);
        File.Delete(file);
    }

    [Fact]
    public async Task Sends_nothing_to_a_server_whose_certificate_is_for_another_name()
    {
        using var certificate = SelfSigned.Make("elsewhere.example");
        await using var upstream = RecordingUpstream.Start(certificate);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Upstream = upstream;
            setup.Settings["Fabraix:Upstream:CaFile"] = file;
        });

        await AssertRefusedAsync(proxy, "upstream_unreachable", "tls_certificate_error");
        Assert.Equal(0, upstream.RequestCount);
        File.Delete(file);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: ")]
    public async Task Gives_up_on_an_upstream_that_does_not_answer(string part)
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Timeout"] = "1s");
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(part);
            await exchange.Gone;
        };
        await AssertRefusedAsync(proxy, "upstream_timeout", "http_response_timeout");

        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
    }

    [Fact]
    public async Task Breaks_off_an_answer_that_stalls()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Timeout"] = "1s");
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Length: 10") + "part");
            await exchange.Gone;
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        Assert.Equal(200, (await client.ReceiveHeadAsync()).Status);

        Assert.Equal("part"u8.ToArray(), await client.ReceiveToCloseAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Says_that_the_upstream_left_without_an_answer(bool reset)
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        proxy.Upstream.Answer = exchange =>
        {
            if (reset) exchange.Reset();
            else exchange.Close();
            return Task.CompletedTask;
        };
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(502, answer.Status);
        AnswerAssert.Error(answer, answer.Error!.Code);
        Assert.Equal(1, proxy.Upstream.RequestCount);
    }

    private static Task<ProxyUnderTest> StartAsync(string address) =>
        ProxyUnderTest.StartAsync(setup => setup.Settings["Fabraix:Upstream:Address"] = address);

    private static async Task AssertRefusedAsync(ProxyUnderTest proxy, string code, string proxyError)
    {
        var answer = await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin));
        AnswerAssert.Error(answer, code, ProxyUnderTest.Origin);
        Assert.Contains($"error={proxyError};", answer.Header("proxy-status"), StringComparison.Ordinal);
    }
}
