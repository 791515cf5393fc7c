using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>
/// RFC 9113 section 8.3.1: a server should refuse a host field that differs from :authority. The server replaces the field by
/// :authority before a request exists, so that nobody can see the difference any more: then the field must have no effect at all.
/// </summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private ProxyUnderTest proxy = null!;

    public async ValueTask InitializeAsync() => proxy = await ProxyUnderTest.StartAsync(setup =>
    {
        setup.Tls = true;
        setup.Settings["AllowedHosts"] = "api.example";
    });

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    [Theory]
    [InlineData("evil.example", "api.example")]
    [InlineData("evil.example", null)]
    [InlineData(null, "evil.example")]
    [InlineData("api.example.evil.example", "api.example")]
    public async Task Refuses_an_authority_that_is_not_allowed_whatever_host_says(string? authority, string? host)
    {
        var answer = await AskAsync(authority, host);

        AnswerAssert.Error(answer, "invalid_header", https: true);
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
    }

    [Theory]
    [InlineData("api.example", null)]
    [InlineData(null, "api.example")]
    [InlineData("API.example:8443", "api.example")]
    [InlineData("api.example", "evil.example")]
    [InlineData("api.example", "evil .example")]
    public async Task Sends_the_configured_host_up_whatever_either_says(string? authority, string? host)
    {
        Assert.Equal(200, (await AskAsync(authority, host)).Status);
        UpstreamAssert.Listed(proxy.Upstream.Only(), proxy);
        UpstreamAssert.HoldsNothingOf(proxy.Upstream.Only(), "evil", "api.example");
    }

    private async Task<RawResponse> AskAsync(string? authority, string? host)
    {
        var head = Http2Head.Post("/v1/check", authority ?? "", proxy.Issuer.Mint());
        if (authority is null) head.Without(":authority");
        if (host is not null) head.With("host", host);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        return (await client.AskAsync(head)).Whole;
    }
}
