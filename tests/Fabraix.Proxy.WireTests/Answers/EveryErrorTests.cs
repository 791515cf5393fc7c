using System.Collections.Frozen;
using Fabraix.Proxy.Errors;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>Each error of the closed list is provoked over the wire, and the page of a listed origin can read it.</summary>
public sealed class EveryErrorTests
{
    /// <summary>No configured route is named where none was found.</summary>
    private static readonly FrozenSet<string> WithoutRoute = ["invalid_request_target", "invalid_header", "route_not_found", "method_not_allowed"];

    public static TheoryData<string> Codes => [.. Provocations.All.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Is_answered_as_the_contract_says_and_logged_once(string code)
    {
        var (answer, logs) = await Provocations.All[code]();

        // These two exist only where no listed origin asked.
        AnswerAssert.Error(answer, code, code is "origin_not_allowed" or "cross_site_request" ? null : ProxyUnderTest.Origin);
        var line = Assert.Single(logs.Lines, line => line.Id.Id == 1100 && line.Field("RequestId") == answer.Header("x-request-id"));
        Assert.Equal((code, answer.Status.ToString()), (line.Field("Decision"), line.Field("Status")));
        Assert.NotEqual("", line.Field("Rule"));
        Assert.Equal(WithoutRoute.Contains(code) ? "none" : "check", line.Field("Route"));
    }

    [Fact]
    public void Provokes_exactly_the_closed_list() =>
        Assert.Equal(ProxyError.All.Select(error => error.Code).Order(StringComparer.Ordinal), Provocations.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Finds_status_and_type_of_the_contract_in_the_closed_list()
    {
        var contract = ErrorContract.Lines.Select(line => (line.Key, line.Value.Status, line.Value.Type)).Order();

        Assert.Equal(contract, ProxyError.All.Select(error => (error.Code, error.Status, error.Type)).Order());
    }

    [Fact]
    public void Tells_no_two_errors_by_the_same_code() =>
        Assert.Equal(ProxyError.All.Count, ProxyError.All.Select(error => error.Code).ToFrozenSet().Count);
}
