using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>RFC 9110 section 9.2.2: a proxy does not send a POST twice by itself, even where the connection ended before the answer.</summary>
public sealed class SentOnceTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public SentOnceTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Sends_a_POST_once_when_a_reused_connection_ends_without_an_answer(string body)
    {
        // The first answer leaves a connection that the second request reuses.
        Assert.Equal(200, (await proxy.AskAsync(proxy.Post(body: body))).Status);
        proxy.Upstream.Answer = exchange =>
        {
            exchange.Close();
            return Task.CompletedTask;
        };

        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(body: body)), "upstream_unreachable");
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }
}
