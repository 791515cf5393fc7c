using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Management;

/// <summary>A stop lets what is in flight finish, says so to probes first, and takes nothing new.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Finishes_what_is_in_flight_while_probes_see_that_it_is_not_ready()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Upstream.Answer = async exchange =>
        {
            asked.SetResult();
            await Task.WhenAny(release.Task, exchange.Gone);
            await RecordingUpstream.DefaultAnswer(exchange);
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        await asked.Task.InTimeAsync("the request at the upstream");

        var stopping = proxy.StopAsync();
        await Bounds.UntilAsync(async () => (await proxy.ManageAsync("/healthz/ready")).Status == 503, "the end of readiness");
        Assert.Contains("stopping", (await proxy.ManageAsync("/healthz/ready")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await proxy.ManageAsync("/healthz/live")).Status);
        Assert.False(stopping.IsCompleted);

        release.SetResult();
        var answer = await client.ReceiveAsync();
        Assert.Equal((200, """{"is_safe":true}"""), (answer.Status, answer.Text));
        AnswerAssert.Common(answer);
        await stopping;
        Assert.Empty(await client.ReceiveToCloseAsync());
    }

    [Fact]
    public async Task Finishes_an_answer_that_streams()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        var release = new TaskCompletionSource();
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked") + UpstreamAnswer.Chunk("one"));
            await Task.WhenAny(release.Task, exchange.Gone);
            await exchange.SendAsync(UpstreamAnswer.Chunk("two") + "0\r\n\r\n");
        };
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(proxy.Post().ToString());
        var begun = client.ReceiveAsync();
        await Bounds.UntilAsync(() => proxy.Upstream.RequestCount == 1, "the request at the upstream");

        var stopping = proxy.StopAsync();
        release.SetResult();
        Assert.Equal("onetwo", (await begun).Text);
        await stopping;
    }

    [Fact]
    public async Task Takes_no_connection_after_the_stop()
    {
        await using var proxy = await ProxyUnderTest.StartAsync();
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post())).Status);
        await proxy.StopAsync();

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => proxy.ConnectAsync());
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => RawClient.ConnectAsync(proxy.Management));
    }
}
