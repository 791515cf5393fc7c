using System.Reflection;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Tests.Routes;

namespace Fabraix.Proxy.Tests.Authorization;

public sealed class GrantTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "b a c")]
    [InlineData("a b", "b a")]
    [InlineData("a b", "a b c")]
    public void Is_given_for_all_of_the_routes_scopes(string needed, string held)
    {
        var (route, caller) = (RouteTableTests.Rule("r", "POST", "/r", needed), Callers.Of(scopes: held.Split(' ')));

        Assert.True(Grant.TryDecide(route, caller, out var grant));
        Assert.Same(route, grant.Route);
        Assert.Same(caller, grant.Caller);
    }

    [Theory]
    [InlineData("a", "")]
    [InlineData("a", "A")]
    [InlineData("a", "ab")]
    [InlineData("event:write", "event:*")]
    [InlineData("event:write", "event")]
    [InlineData("a b", "a")]
    [InlineData("a b", "b c")]
    [InlineData("a", "a\t")]
    [InlineData("a", "a\u00a0")]
    public void Is_refused_where_one_scope_is_missing_or_spelled_otherwise(string needed, string held)
    {
        var route = RouteTableTests.Rule("r", "POST", "/r", needed);

        Assert.False(Grant.TryDecide(route, Callers.Of(scopes: held.Split(' ', StringSplitOptions.RemoveEmptyEntries)), out var grant));
        Assert.Null(grant);
    }

    [Fact]
    public void Names_the_scopes_that_a_route_needs()
    {
        var refusal = ScopeStep.Insufficient(RouteTableTests.Rule("r", "POST", "/r", "a b"), "Bearer");

        Assert.Equal(("insufficient_permissions", "Bearer error=\"insufficient_scope\", scope=\"a b\""), (refusal.Error.Code, refusal.Challenge));
    }

    /// <summary>The type proves the decision only as long as nothing else can make one.</summary>
    [Fact]
    public void Has_no_other_way_to_be_made()
    {
        Assert.All(typeof(Grant).GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic), constructor => Assert.True(constructor.IsPrivate));
        Assert.False(typeof(Grant).IsValueType);
        Assert.True(typeof(Grant).IsSealed);
    }
}
