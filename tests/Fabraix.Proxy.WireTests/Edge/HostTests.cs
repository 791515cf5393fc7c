using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Edge;

/// <summary>AllowedHosts, where it is set: names without regard to case and port, and nothing that only resembles them.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() =>
        proxy = await ProxyUnderTest.StartAsync(setup => setup.Settings["AllowedHosts"] = "api.example;*.sub.example");

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Theory]
    [InlineData("api.example")]
    [InlineData("API.Example")]
    [InlineData("api.example:8443")]
    [InlineData("a.sub.example")]
    [InlineData("a.b.sub.example")]
    public async Task Serves(string host)
    {
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post().Instead("Host", host))).Status);
        UpstreamAssert.Listed(proxy.Upstream.Only(), proxy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("api.example.")]
    [InlineData("api.example.evil.example")]
    [InlineData("evilapi.example")]
    [InlineData("x.api.example")]
    [InlineData("sub.example")]
    [InlineData(".sub.example")]
    [InlineData("evilsub.example")]
    [InlineData("a.sub.example.evil.example")]
    [InlineData("[::1]")]
    public async Task Refuses(string host)
    {
        var answer = await proxy.AskAsync(proxy.Post().Instead("Host", host).With("X-Forwarded-Host", "api.example").With("X-Original-Host", "api.example"));

        AnswerAssert.Error(answer, "invalid_header");
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Fact]
    public async Task Refuses_a_preflight_too()
    {
        var answer = await proxy.AskAsync(new RequestText("OPTIONS", "/v1/check").With("Host", "evil.example")
            .With("Origin", ProxyUnderTest.Origin).With("Access-Control-Request-Method", "POST"));

        AnswerAssert.Error(answer, "invalid_header", ProxyUnderTest.Origin);
    }

    [Fact]
    public async Task Refuses_HTTP_1_0_without_a_host()
    {
        var request = proxy.Post().Without("Host");
        request.Version = "HTTP/1.0";

        AnswerAssert.Error(await proxy.AskAsync(request), "invalid_header");
    }
}
