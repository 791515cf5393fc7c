using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>A body without rules goes up byte for byte, with a length, whatever way it came.</summary>
public sealed class ForwardedBodyTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public ForwardedBodyTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65535)]
    [InlineData(100_000)]
    [InlineData(262_143)]
    [InlineData(262_144)]
    public async Task Sends_a_body_of_known_length(int length)
    {
        var body = Bytes(length);
        var answer = await proxy.AskAsync(proxy.Post().WithBody(body));

        Assert.Equal(200, answer.Status);
        AssertBody(body);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 1000)]
    [InlineData(100_000, 777)]
    [InlineData(262_144, 65_536)]
    public async Task Sends_a_body_that_came_in_chunks(int length, int chunk)
    {
        var body = Bytes(length);
        var answer = await proxy.AskAsync(proxy.Post().WithChunks([.. body.Chunk(chunk).Select(letters => new string(letters))]));

        Assert.Equal(200, answer.Status);
        AssertBody(body);
    }

    [Fact]
    public async Task Sends_a_body_that_came_byte_by_byte()
    {
        var request = proxy.Post().WithBody("""{"agent":"x"}""").ToBytes();
        await using var client = await proxy.ConnectAsync();
        foreach (var one in request) await client.SendAsync(new byte[] { one });

        Assert.Equal(200, (await client.ReceiveAsync()).Status);
        AssertBody("""{"agent":"x"}""");
    }

    [Fact]
    public async Task Begins_nothing_upstream_before_the_body_is_whole()
    {
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().Instead("Content-Length", "10").WithRawBody("{\"a\":").ToString());
        // A second request that is answered meanwhile shows that the first had its chance.
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post("/v1/event"))).Status);
        Assert.Equal("/v1/event", proxy.Upstream.Only().Target);
        Assert.Empty(proxy.Upstream.Unfinished);

        await client.SendAsync("\"b\"}\n");
        Assert.Equal(200, (await client.ReceiveAsync()).Status);
        Assert.Equal(2, proxy.Upstream.RequestCount);
        Assert.Equal("{\"a\":\"b\"}\n", Encoding.Latin1.GetString(proxy.Upstream.Requests[1].Body));
    }

    [Fact]
    public async Task Serves_pipelined_requests_one_after_another()
    {
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post(body: "1").ToString() + proxy.Post("/v1/event", "2") + proxy.Post("/v1/register-agent-run", "3"));
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await client.ReceiveAsync()).Status);

        Assert.Equal(["/v1/check 1", "/v1/event 2", "/v1/register-agent-run 3"], proxy.Upstream.Requests.Select(seen => $"{seen.Target} {Encoding.ASCII.GetString(seen.Body)}"));
    }

    private void AssertBody(string body)
    {
        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        Assert.Equal(body.Length.ToString(), seen.Header("content-length"));
        Assert.True(Encoding.Latin1.GetBytes(body).AsSpan().SequenceEqual(seen.Body), "The body changed on its way");
    }

    /// <summary>All values of a byte, in an order that no line end or JSON text has.</summary>
    private static string Bytes(int length)
    {
        var random = new Random(length);
        return string.Create(length, random, static (letters, random) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = (char)random.Next(256);
        });
    }
}
