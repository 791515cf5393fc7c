using System.Net;
using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    [InlineData("fe80::1%1", "fe80::1%2")]
    public void Are_one_for_one_subscriber(string left, string right) => Assert.Equal(Key(left), Key(right));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.2")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("192.0.2.1", "c000:201::")]
    [InlineData("0.0.0.0", "::")]
    public void Are_two_for_two_subscribers(string left, string right) => Assert.NotEqual(Key(left), Key(right));

    [Fact]
    public void Are_one_for_all_connections_without_an_address()
    {
        Assert.Equal(AddressKey.Of(null), AddressKey.Of(null));
        Assert.NotEqual(AddressKey.Of(null), Key("0.0.0.0"));
        Assert.NotEqual(AddressKey.Of(null), Key("::"));
    }

    private static AddressKey Key(string address) => AddressKey.Of(IPAddress.Parse(address));
}
