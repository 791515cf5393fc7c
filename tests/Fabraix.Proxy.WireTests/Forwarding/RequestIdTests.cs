using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>x-request-id: the client's where it is well-formed, otherwise the proxy's own; the same in the answer as upstream.</summary>
public sealed class RequestIdTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public RequestIdTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0123456789-abcdef_ABCDEF.")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Keeps_the_clients(string id)
    {
        var answer = await proxy.AskAsync(proxy.Post().With("x-request-id", id));

        Assert.Equal(id, answer.Header("x-request-id"));
        Assert.Equal(id, proxy.Upstream.Only().Header("x-request-id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("<script>")]
    [InlineData("${jndi:ldap://x}")]
    [InlineData("\u00e9")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Replaces_one_that_is_not_well_formed(string id)
    {
        var answer = await proxy.AskAsync(proxy.Post().With("x-request-id", id));

        var own = answer.Header("x-request-id");
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", own);
        Assert.NotEqual(id, own);
        Assert.Equal(own, proxy.Upstream.Only().Header("x-request-id"));
    }

    [Fact]
    public async Task Makes_another_one_for_each_request()
    {
        var ids = new HashSet<string?>();
        for (var i = 0; i < 50; i++) ids.Add((await proxy.AskAsync(proxy.Post("/v1/none"))).Header("x-request-id"));

        Assert.Equal(50, ids.Count);
    }

    [Fact]
    public async Task Does_not_take_the_upstreams()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, "{}", "x-request-id: upstream"));
        var answer = await proxy.AskAsync(proxy.Post().With("x-request-id", "mine"));

        Assert.Equal("mine", answer.Header("x-request-id"));
    }
}
