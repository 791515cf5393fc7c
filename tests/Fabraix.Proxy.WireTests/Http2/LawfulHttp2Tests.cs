using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Http2;

/// <summary>What comes by HTTP/2 goes up as what comes by HTTP/1.1 does: the listed headers, the key once, the body byte for byte.</summary>
public sealed class LawfulHttp2Tests : IClassFixture<TlsProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public LawfulHttp2Tests(TlsProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    public static TheoryData<string> Names => [.. Variations.Keys];

    /// <summary>Heads near the border of what is refused.</summary>
    private static Dictionary<string, Func<Http2Head, Http2Head>> Variations { get; } = new()
    {
        ["plain"] = head => head,
        ["te: trailers"] = head => head.With("te", "trailers"),
        ["a length that is true"] = head => head.With("content-length", "2"),
        ["a length with zeros before"] = head => head.With("content-length", "002"),
        ["host beside an equal :authority"] = head => head.With("host", head[":authority"]),
        ["host instead of :authority"] = head => head.With("host", head[":authority"]).Without(":authority"),
        ["a listed origin"] = head => head.With("origin", ProxyUnderTest.Origin),
        ["cookies in pieces"] = head => head.With("cookie", "a=b").With("cookie", "c=d"),
        ["expect"] = head => head.With("expect", "100-continue"),
        ["an empty value"] = head => head.With("x-y", ""),
        ["TAB and bytes over 0x7F in a value"] = head => head.With("x-y", "a\tb\u00e9"),
        ["the scheme in capitals"] = head => head.Instead(":scheme", "HTTPS"),
        ["9 KiB in one field"] = head => head.With("x-y", new string('a', 9000)),
        ["another :authority, where none is configured"] = head => head.Instead(":authority", "proxy.example"),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Forwards(string name)
    {
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var head = Variations[name](Head());
        var answer = (await client.AskAsync(head)).Whole;

        Assert.Equal((200, """{"is_safe":true}"""), (answer.Status, answer.Text));
        AnswerAssert.Common(answer, head.Has("origin") ? ProxyUnderTest.Origin : null, https: true);
        UpstreamAssert.Listed(proxy.Upstream.Only(), proxy);
        Assert.Equal("{}"u8.ToArray(), proxy.Upstream.Only().Body);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(300, 1)]
    [InlineData(4097, 1000)]
    [InlineData(262_144, 16_384)]
    public async Task Sends_a_body_up_byte_for_byte(int length, int frame)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var id = await client.SendAsync(Head(), length == 0 ? "" : null);
        await client.SendDataAsync(id, Encoding.Latin1.GetString(bytes), split: frame);

        Assert.Equal(200, (await client.ReceiveAsync(id)).Whole.Status);
        AssertSeen(proxy.Upstream.Only(), bytes);
    }

    [Fact]
    public async Task Takes_a_head_that_comes_in_many_frames()
    {
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var id = await client.SendAsync(Head(), split: 24);

        Assert.Equal(200, (await client.ReceiveAsync(id)).Whole.Status);
        AssertSeen(proxy.Upstream.Only(), "{}"u8.ToArray());
    }

    [Fact]
    public async Task Drops_trailers()
    {
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var id = await client.SendAsync(Head(), body: null);
        await client.SendDataAsync(id, "{}", last: false);
        await client.SendTrailersAsync(id, new Http2Head().With("x-mark", "mark-7f3a").With("x-api-key", "mark-7f3a"));

        Assert.Equal(200, (await client.ReceiveAsync(id)).Whole.Status);
        AssertSeen(proxy.Upstream.Only(), "{}"u8.ToArray());
        UpstreamAssert.HoldsNothingOf(proxy.Upstream.Only(), "mark-7f3a");
    }

    [Fact]
    public async Task Keeps_bodies_of_streams_side_by_side_apart()
    {
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var ids = new List<int>();
        for (var i = 0; i < 50; i++) ids.Add(await client.SendAsync(Head().With("idempotency-key", $"n{i}"), body: null));
        for (var i = 0; i < 50; i++) await client.SendDataAsync(ids[i], new string((char)('a' + (i % 26)), 1000 + i), last: false);
        for (var i = 49; i >= 0; i--) await client.SendDataAsync(ids[i], $"{i}");

        foreach (var id in ids) Assert.Equal(200, (await client.ReceiveAsync(id)).Whole.Status);
        Assert.Equal(50, proxy.Upstream.RequestCount);
        Assert.All(proxy.Upstream.Requests, seen =>
        {
            var i = int.Parse(seen.Header("idempotency-key")![1..]);
            Assert.Equal(new string((char)('a' + (i % 26)), 1000 + i) + i, Encoding.ASCII.GetString(seen.Body));
        });
    }

    [Fact]
    public async Task Leaves_the_upstream_when_the_client_resets_the_stream()
    {
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            asked.SetResult();
            await exchange.Gone;
            left.SetResult();
        };
        await using var client = await RawHttp2.ConnectAsync(proxy.Address);
        var id = await client.SendAsync(Head());
        await asked.Task.InTimeAsync("the request at the upstream");
        await client.ResetAsync(id);

        await left.Task.InTimeAsync("the end of the upstream call");
        proxy.Upstream.Answer = RecordingUpstream.DefaultAnswer;
        Assert.Equal(200, (await client.AskAsync(Head())).Whole.Status);
    }

    private Http2Head Head() => Http2Head.Post("/v1/check", proxy.Address.Authority, proxy.Issuer.Mint());

    private void AssertSeen(RecordedRequest seen, byte[] body)
    {
        UpstreamAssert.Listed(seen, proxy);
        Assert.Equal("POST /v1/check HTTP/1.1", seen.RequestLine);
        Assert.Equal(body.Length.ToString(), seen.Header("content-length"));
        Assert.True(body.AsSpan().SequenceEqual(seen.Body), "The body changed on its way");
    }
}
