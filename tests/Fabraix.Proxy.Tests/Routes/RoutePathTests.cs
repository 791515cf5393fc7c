using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Routes;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Routes;

public sealed class RoutePathTests
{
    [Fact]
    public void Keeps_the_spelling()
    {
        Assert.True(RoutePath.TryParse("/v1/Check", out var path));
        Assert.Equal("/v1/Check", path.Value);
        Assert.Equal("/v1/Check", path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("v1/check")]
    [InlineData("/v1/check/")]
    [InlineData("/v1/{name}")]
    [InlineData("/v1/%63heck")]
    [InlineData("/v1/check?x=1")]
    public void Refuses_what_no_request_can_name(string text) => Assert.False(RoutePath.TryParse(text, out _));

    [Property(MaxTest = 1000)]
    public void Takes_exactly_the_targets_that_the_edge_passes(FsCheck.NonNull<string> text) =>
        Assert.Equal(TargetStep.Judge("/" + text.Get) is null, RoutePath.TryParse("/" + text.Get, out _));
}
