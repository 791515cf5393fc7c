using Fabraix.Proxy.WireTests.Answers;
using Fabraix.Proxy.WireTests.Corpus;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>Every hostile HTTP/2 request gets its refusal, and the upstream sees nothing of it.</summary>
public sealed class HostileHttp2Tests(TlsProxyFixture fixture) : IClassFixture<TlsProxyFixture>
{
    /// <summary>RFC 9113 section 7: PROTOCOL_ERROR, and what the server says of a header block that it cannot take: COMPRESSION_ERROR.</summary>
    private static readonly int?[] Malformed = [1, 9];

    private static readonly Dictionary<string, Http2Case> Cases =
        PseudoHeaderCases.All.Concat(FieldCases.All).ToDictionary(one => one.Name);

    private readonly ProxyUnderTest proxy = fixture.Proxy;

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Refuses_and_forwards_nothing_of(string name)
    {
        var one = Cases[name];
        var context = new CorpusContext(proxy);
        var head = one.Write(context, Http2Head.Post("/v1/check", context.Host, proxy.Issuer.Mint()));
        proxy.Upstream.Forget();

        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        AssertRefused(one, head, await AskAsync(client, one, head));
        if (one.EndsConnection) Assert.Contains(await client.Ended.InTimeAsync("the server's goodbye"), Malformed);
        else await ForwardsLawfulOneAsync(client);

        await using var fence = await RawHttp2.ConnectAsync(proxy.Address);
        await ForwardsLawfulOneAsync(fence);
        Assert.All(proxy.Upstream.Requests, seen => Assert.Equal("lawful", seen.Header("idempotency-key")));
        Assert.Equal(one.EndsConnection ? 1 : 2, proxy.Upstream.RequestCount);
        Assert.Empty(proxy.Upstream.Unfinished);
    }

    [Fact]
    public void Holds_at_least_100_requests() => Assert.InRange(Cases.Count, 100, int.MaxValue);

    private static async Task<Http2Answer> AskAsync(RawHttp2 client, Http2Case one, Http2Head head)
    {
        if (one.Trailers is null) return await client.AskAsync(head, one.Body);
        var id = await client.SendAsync(head, body: null);
        await client.SendDataAsync(id, one.Body, last: false);
        await client.SendTrailersAsync(id, one.Trailers);
        return await client.ReceiveAsync(id);
    }

    private static void AssertRefused(Http2Case one, Http2Head head, Http2Answer answer)
    {
        Assert.Equal(one.Status, answer.Response?.Status);
        if (answer.Response is null) Assert.Contains(answer.ErrorCode, Malformed);
        else if (one.Code is null) Assert.Empty(answer.Response.Body);
        else AnswerAssert.Error(answer.Response, one.Code, head.Has("origin") && one.Code != "origin_not_allowed" ? ProxyUnderTest.Origin : null, https: true);
    }

    private async Task ForwardsLawfulOneAsync(RawHttp2 client)
    {
        var answer = await client.AskAsync(Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint()).With("idempotency-key", "lawful"));
        Assert.Equal(200, answer.Whole.Status);
    }
}
