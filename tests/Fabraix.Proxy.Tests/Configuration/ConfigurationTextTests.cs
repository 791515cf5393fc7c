using System.Text;
using Fabraix.Proxy.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>What is a change. A change that is not noticed is a right that is not taken away.</summary>
public sealed class ConfigurationTextTests
{
    private const string Shipped = """{"Fabraix": {"Browser": {"Origins": ["https://a.example", "https://b.example"]}}}""";

    [Theory]
    [InlineData("""{"Fabraix": {"Browser": {"Origins": ["https://a.example", "https://b.example"]}}}""", """{"Fabraix": {"Browser": {"Origins": ["https://a.example"]}}}""", "Fabraix:Browser:Origins:1")]
    [InlineData("""{"Fabraix": {"Browser": {"Origins": ["https://a.example", "https://b.example"]}}}""", """{"Fabraix": {"Browser": {"Origins": []}}}""", "Fabraix:Browser:Origins:1")]
    [InlineData("""{"Fabraix": {"RateLimits": {"PerUser": {}}}}""", """{"Fabraix": {"RateLimits": {}}}""", "Fabraix:RateLimits:PerUser")]
    [InlineData("{}", """{"Fabraix": {"Bogus": ""}}""", "Fabraix:Bogus")]
    [InlineData("""{"AllowedHosts": "a.example"}""", """{"AllowedHosts": "A.example"}""", "AllowedHosts")]
    [InlineData("""{"Fabraix": {"Keys": {"main": {"Secret": "env:A"}}}}""", """{"Fabraix": {"Keys": {"Main": {"Secret": "env:A"}}}}""", "Fabraix:Keys:Main:Secret")]
    public void Notices(string before, string after, string path)
    {
        var (was, now) = (Of(before), Of(after));

        Assert.False(now.Says(was));
        Assert.False(was.Says(now));
        Assert.Contains(path, now.ChangedFrom(was));
    }

    [Theory]
    [InlineData("""{"$schema": "a"}""", """{"$schema": "b"}""")]
    [InlineData("""{"AllowedHosts": "a"}""", """  {  "AllowedHosts":"a"  }""")]
    public void Takes_for_the_same(string before, string after) => Assert.True(Of(after).Says(Of(before)));

    [Theory]
    [InlineData("""{"Fabraix": {"Upstream": {"Address": "https://other.example"}}}""", "Fabraix:Upstream:Address")]
    [InlineData("""{"Fabraix": {"Tokens": {"MaxLifetime": "20m"}}}""", "Fabraix:Tokens:MaxLifetime")]
    [InlineData("""{"Fabraix": {"Tokens": {"Issuers": {"own": {"Jwks": "mint"}}}}}""", "Fabraix:Tokens:Issuers:own:Jwks")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Main": {"Url": "http://*:1"}}}}""", "Kestrel:Endpoints:Main:Url")]
    [InlineData("""{"Logging": {"LogLevel": {"Default": "Debug"}}}""", "Logging:LogLevel:Default")]
    public void Says_what_needs_a_restart(string after, string path) => Assert.Contains(path, Of(after).RestartsFrom(Of("{}")));

    [Theory]
    [InlineData("""{"AllowedHosts": "a.example"}""")]
    [InlineData("""{"Fabraix": {"RateLimits": {"Storey": "x"}, "Tokens": {"Issuers": {"main": {"Jwks": "https://a.example"}}}, "Routes": {"check": {"Scope": "b"}}}}""")]
    public void Asks_for_no_restart_where_none_is_needed(string after) => Assert.Empty(Of(after).RestartsFrom(Of("{}")));

    private static ConfigurationText Of(string json) => new(new ConfigurationBuilder().AddJsonStream(Bytes(Shipped)).AddJsonStream(Bytes(json)).Build());

    private static MemoryStream Bytes(string json) => new(Encoding.UTF8.GetBytes(json));
}
