using System.Net;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class TrustedNetworksTests
{
    private const string All = "Fabraix:Edge:TrustedProxies";

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/7")]
    [InlineData("::/0")]
    [InlineData("::/8")]
    [InlineData("2000::/3")]
    [InlineData("2000::/15")]
    [InlineData("fc00::/6")]
    [InlineData("::ffff:0.0.0.0/96")]
    [InlineData("::ffff:10.0.0.0/103")]
    public void Are_refused_where_one_is_wider_than_anybodys_own(string network) => AssertRefused("Fabraix:Edge:TrustedProxies:0", network);

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("203.0.113.7/32")]
    [InlineData("fc00::/7")]
    [InlineData("fd00::/8")]
    [InlineData("2001::/16")]
    [InlineData("2001:db8::/32")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void Are_accepted_as_somebodys_own(string network) => Assert.Empty(Sample.Shown(Sample.Read(With(network)).Mistakes));

    [Fact]
    public void Are_refused_where_they_are_all_of_the_internet_in_pieces() => AssertRefused(All, [.. Enumerable.Range(0, 256).Select(i => $"{i}.0.0.0/8")]);

    [Fact]
    public void Are_refused_over_a_quarter_of_it() => AssertRefused(All, [.. Enumerable.Range(0, 64).Select(i => $"{i}.0.0.0/8"), "203.0.113.7/32"]);

    [Fact]
    public void Are_refused_over_a_quarter_of_it_in_either_spelling() =>
        AssertRefused(All, [.. Enumerable.Range(0, 33).Select(i => $"{i}.0.0.0/8"), .. Enumerable.Range(100, 33).Select(i => $"::ffff:{i}.0.0.0/104")]);

    [Theory]
    [InlineData(0.25, "0.0.0.0/2")]
    [InlineData(0.25, "0.0.0.0/2", "10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/2")]
    [InlineData(0.5, "128.0.0.0/2", "10.0.0.0/8", "0.0.0.0/2")]
    [InlineData(0, "2001:db8::/32", "fc00::/7", "::/8")]
    [InlineData(0)]
    public void Count_each_address_once(double share, params string[] networks) => Assert.Equal(share, TrustedNetworks.ShareOfIPv4(networks.Select(IPNetwork.Parse)));

    [Theory]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:203.0.113.7/128", "203.0.113.7/32")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    public void Have_one_spelling(string network, string plain) =>
        Assert.Equal([IPNetwork.Parse(plain)], Sample.Accepted(With(network)).Edge.TrustedProxies);

    private static void AssertRefused(string at, params string[] networks)
    {
        var reading = Sample.Read(With(networks));

        Assert.Null(reading.Settings);
        var mistake = Assert.Single(reading.Mistakes);
        Assert.Equal(at, mistake.Path);
        Assert.Contains("good part of the internet", mistake.Wrong, StringComparison.Ordinal);
    }

    private static string With(params string[] networks) => Sample.With(All, $"[{string.Join(',', networks.Select(network => $"\"{network}\""))}]");
}
