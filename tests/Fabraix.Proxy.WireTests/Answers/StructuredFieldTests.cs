using System.Text.Json.Nodes;
using Fabraix.Proxy.WireTests.Mint;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>Proxy-Status, RateLimit and RateLimit-Policy by the word of an independent parser of RFC 9651: structured-headers, of npm.</summary>
public sealed class StructuredFieldTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Fabraix.Proxy.WireTests", "Answers", "node");

    [Theory]
    [InlineData("insufficient_permissions")]
    [InlineData("invalid_header")]
    [InlineData("user_rate_limited")]
    [InlineData("key_quota_exhausted")]
    [InlineData("upstream_rate_limited")]
    [InlineData("upstream_key_rejected")]
    [InlineData("key_unavailable")]
    [InlineData("overloaded")]
    public async Task Say_who_refused_and_why(string code)
    {
        var answer = (await Provocations.All[code]()).Answer;
        var (name, parameters) = Assert.Single(await ReadAsync(answer.Header("proxy-status")!));

        Assert.Equal("fabraix-proxy", name["token"]!.GetValue<string>());
        Assert.Matches("^[a-z_]+$", parameters["error"]!["token"]!.GetValue<string>());
        Assert.Equal(code, parameters["details"]!.GetValue<string>());
        Assert.Equal(code.StartsWith("upstream_", StringComparison.Ordinal), parameters["received-status"] is not null);
        if (answer.Header("ratelimit") is not null) await AssertLimitsAsync(answer);
    }

    [Fact]
    public async Task Tell_how_much_is_left_with_an_answer_of_the_upstream()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        await AssertLimitsAsync(await proxy.AskAsync(proxy.Post()));
    }

    [Fact]
    public async Task Are_parsed_strictly()
    {
        foreach (var broken in (string[])["\"user-minute\";q=60 w=60", "fabraix-proxy; error=a b", "\"user-minute;r=1"])
            Assert.NotNull((await ParseAsync(broken))["error"]);
    }

    private static async Task AssertLimitsAsync(RawResponse answer)
    {
        var policies = await ReadAsync(answer.Header("ratelimit-policy")!);
        Assert.Equal(["user-minute 60", "user-hour 3600"], policies.Select(policy => $"{policy.Item} {policy.Parameters["w"]}"));
        Assert.All(policies, policy => Assert.InRange(policy.Parameters["q"]!.GetValue<int>(), 1, int.MaxValue));
        var (name, parameters) = Assert.Single(await ReadAsync(answer.Header("ratelimit")!));
        Assert.Contains(name.GetValue<string>(), policies.Select(policy => policy.Item.GetValue<string>()));
        Assert.InRange(parameters["r"]!.GetValue<int>(), 0, int.MaxValue);
        Assert.InRange(parameters["t"]!.GetValue<int>(), 1, 3600);
    }

    private static async Task<IReadOnlyList<(JsonNode Item, JsonNode Parameters)>> ReadAsync(string field)
    {
        var members = Assert.IsType<JsonArray>(await ParseAsync(field));
        return [.. members.Select(member => (member![0]!, member[1]!))];
    }

    private static async Task<JsonNode> ParseAsync(string field) =>
        JsonNode.Parse(await Scripts.NodeAsync(Folder, "parse.js", new JsonArray(field).ToJsonString()))![0]!;
}
