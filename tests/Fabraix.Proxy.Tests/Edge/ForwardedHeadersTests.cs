using System.Net;
using Fabraix.Proxy.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Http;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class ForwardedHeadersTests
{
    [Theory]
    [InlineData("https", null, "https")]
    [InlineData("https, http", null, "http")]
    [InlineData("https, http", "203.0.113.7", "http")]
    [InlineData("https, https, http", "203.0.113.7, 10.0.0.1", "https, http")]
    [InlineData("https, http", "203.0.113.7, 10.0.0.1", "https, http")]
    [InlineData("https", "203.0.113.7, 10.0.0.1", "https")]
    public void Keep_as_many_schemes_as_addresses_from_the_right(string schemes, string? addresses, string kept)
    {
        var headers = new HeaderDictionary { ["X-Forwarded-Proto"] = schemes };
        if (addresses is not null)
            headers["X-Forwarded-For"] = addresses;

        ForwardedHeaders.KeepTrustedSchemes(headers);

        Assert.Equal(kept, headers["X-Forwarded-Proto"].ToString());
    }

    [Fact]
    public void Read_several_lines_as_one_list()
    {
        var headers = new HeaderDictionary { ["X-Forwarded-Proto"] = new(["https", "http"]), ["X-Forwarded-For"] = "203.0.113.7" };

        ForwardedHeaders.KeepTrustedSchemes(headers);

        Assert.Equal("http", headers["X-Forwarded-Proto"].ToString());
    }

    /// <summary>A socket for both kinds gives an IPv4 client's address in IPv6; the framework finds 1.2.3.4 of it in fc00::/7 (dotnet/runtime#131861).</summary>
    [Theory]
    [InlineData("::ffff:1.2.3.4", "203.0.113.7", "1.2.3.4")]
    [InlineData("1.2.3.4", "203.0.113.7", "1.2.3.4")]
    [InlineData("fd00::1", "203.0.113.7", "203.0.113.7")]
    [InlineData("fd00::1", "203.0.113.7, ::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("fd00::1", "203.0.113.7, [::ffff:102:304]:4711", "1.2.3.4")]
    [InlineData("::ffff:10.1.2.3", "203.0.113.7, ::ffff:10.9.9.9", "203.0.113.7")]
    [InlineData("10.1.2.3", "nonsense", "10.1.2.3")]
    public async Task Trust_no_client_of_IPv4_for_a_network_of_IPv6(string peer, string addresses, string counted)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseTrustedForwardedHeaders(new EdgeOptions { TrustedProxies = [IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("10.0.0.0/8")] });
        app.Run(static _ => Task.CompletedTask);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Headers["X-Forwarded-For"] = addresses;

        await app.Build()(context);

        Assert.Equal(IPAddress.Parse(counted), context.Connection.RemoteIpAddress);
    }
}
