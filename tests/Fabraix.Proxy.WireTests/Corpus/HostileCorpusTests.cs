using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Corpus;

/// <summary>Every hostile request gets its refusal, and the upstream sees nothing of it.</summary>
public sealed class HostileCorpusTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static readonly Dictionary<string, RawCase> Cases = new[]
    {
        TargetCases.All, MethodCases.All, LengthCases.All, ChunkCases.All, HeaderCases.All, HostCases.All, OriginCases.All,
        TokenFormCases.All, TokenHeaderCases.All, TokenClaimCases.All, BodyCases.All,
    }.SelectMany(cases => cases).ToDictionary(one => one.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Refuses_and_forwards_nothing_of(string name)
    {
        var one = Cases[name];
        var request = one.Write(new CorpusContext(fixture.Proxy));
        fixture.Proxy.Upstream.Forget();

        await using var client = await fixture.Proxy.ConnectAsync();
        await client.SendAsync(request);
        if (one.Leaves) client.FinishSending();
        else await AssertRefusedAsync(client, one, request);
        if (one.Closes) Assert.Empty(await client.ReceiveToCloseAsync());
        else await ForwardsLawfulOneAsync(client);

        await using var fence = await fixture.Proxy.ConnectAsync();
        await ForwardsLawfulOneAsync(fence);
        Assert.All(fixture.Proxy.Upstream.Requests, seen => Assert.Equal("lawful", seen.Header("idempotency-key")));
        Assert.Equal(one.Closes ? 1 : 2, fixture.Proxy.Upstream.RequestCount);
        Assert.Empty(fixture.Proxy.Upstream.Unfinished);
    }

    [Fact]
    public void Holds_at_least_150_requests() => Assert.InRange(Cases.Count, 150, int.MaxValue);

    private static async Task AssertRefusedAsync(RawClient client, RawCase one, string request)
    {
        var toHead = request.StartsWith("HEAD ", StringComparison.Ordinal);
        var answer = await client.ReceiveAsync(toHead);
        Assert.Equal((one.Status, one.Code), (answer.Status, toHead ? one.Code : answer.Error?.Code));
        if (one.Code is null) AnswerAssert.Bare(answer, one.Status);
        else AnswerAssert.Error(answer, one.Code, CorsOrigin(request, answer), toHead: toHead);
    }

    private async Task ForwardsLawfulOneAsync(RawClient client)
    {
        var answer = await client.AskAsync(fixture.Proxy.Post().With("Idempotency-Key", "lawful").ToString());
        Assert.Equal(200, answer.Status);
    }

    /// <summary>The page of a listed origin reads its refusals, but a refused preflight grants nothing.</summary>
    private static string? CorsOrigin(string request, RawResponse answer)
    {
        var origins = request.Split("\r\n").TakeWhile(line => line.Length > 0).Where(line => line.StartsWith("Origin: ", StringComparison.Ordinal)).ToArray();
        var preflight = request.StartsWith("OPTIONS ", StringComparison.Ordinal) && answer.Status == 403;
        return origins is ["Origin: " + ProxyUnderTest.Origin] && !preflight ? ProxyUnderTest.Origin : null;
    }
}
