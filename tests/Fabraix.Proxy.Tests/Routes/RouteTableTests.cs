using Fabraix.Proxy.Routes;

namespace Fabraix.Proxy.Tests.Routes;

public sealed class RouteTableTests
{
    private readonly RouteTable _table = new([Rule("check", "POST", "/v1/check"), Rule("list", "GET", "/v1/check"), Rule("event", "POST", "/v1/event")]);

    [Theory]
    [InlineData("POST", "/v1/check", "check")]
    [InlineData("GET", "/v1/check", "list")]
    [InlineData("POST", "/v1/event", "event")]
    public void Finds_a_route_by_exact_path_and_method(string method, string path, string name)
    {
        Assert.Equal(name, _table.Find(path, method, out var allow)?.Name);
        Assert.Null(allow);
    }

    [Theory]
    [InlineData("post")]
    [InlineData("Post")]
    [InlineData("POST ")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("")]
    public void Lists_what_a_path_takes_for_any_other_method(string method)
    {
        Assert.Null(_table.Find("/v1/check", method, out var allow));
        Assert.Equal("POST, GET", allow);
    }

    [Theory]
    [InlineData("/V1/check")]
    [InlineData("/v1/Check")]
    [InlineData("/v1/check/")]
    [InlineData("/v1/check2")]
    [InlineData("/v1")]
    [InlineData("/")]
    [InlineData("")]
    public void Finds_nothing_under_another_spelling(string path)
    {
        Assert.Null(_table.Find(path, "POST", out var allow));
        Assert.Null(allow);
    }

    internal static RouteRule Rule(string name, string method, string path, string scope = "any", int maxBytes = 1024)
    {
        Assert.True(RoutePath.TryParse(path, out var parsed));
        return new RouteRule(name, method, parsed, scope.Split(' ', StringSplitOptions.RemoveEmptyEntries), "default", maxBytes);
    }
}
