using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["Address", "KeyHeader", "ConnectTimeout", "Timeout", "CaFile", "Proxy", "DangerousAllowHttp"];

    [Theory]
    [InlineData("Adress", "Address")]
    [InlineData("address", "Address")]
    [InlineData("KEYHEADERS", "KeyHeader")]
    [InlineData("ConectionTimeout", "ConnectTimeout")]
    [InlineData("Timeouts", "Timeout")]
    [InlineData("Prxoy", "Proxy")]
    [InlineData("AllowHttp", null)]
    [InlineData("Retries", null)]
    [InlineData("", null)]
    [InlineData("x", null)]
    public void Suggests_a_name_only_where_it_is_near(string mistyped, string? meant) => Assert.Equal(meant, NearestName.Of(mistyped, Known));

    [Fact]
    public void Suggests_the_nearest_of_several() => Assert.Equal("PerUser", NearestName.Of("PerUsers", ["PerHour", "PerUser", "PerAddress"]));

    [Fact]
    public void Suggests_nothing_where_nothing_is_known() => Assert.Null(NearestName.Of("Address", []));
}
