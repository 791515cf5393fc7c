using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stop;

/// <summary>Over HTTP/2 the end of a connection is a GOAWAY (RFC 9113 section 6.8), after which a client goes on with another.</summary>
public sealed class Http2DrainTests
{
    [Fact]
    public async Task Loses_nothing_while_connections_end()
    {
        await using var proxy = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.Tls = true;
            setup.Settings["Fabraix:Stop:DrainDelay"] = "1s";
        });
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            // Made a moment ago by the test itself; its trust is not what is tested.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        })
        { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var token = proxy.Issuer.Mint();
        Assert.Equal("200", await PostAsync());

        var signalled = proxy.SignalAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostUntilAsync(signalled)));
        await signalled.InTimeAsync("the end of the delay");

        Assert.All(answers, static some => Assert.NotEmpty(some));
        Assert.Equal(["200"], answers.SelectMany(static some => some).Distinct());

        async Task<List<string>> PostUntilAsync(Task end)
        {
            var some = new List<string>();
            while (!end.IsCompleted) some.Add(await PostAsync());
            return some;
        }

        async Task<string> PostAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Address, "/v1/check")) { Content = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            try
            {
                using var answer = await client.SendAsync(request);
                return ((int)answer.StatusCode).ToString();
            }
            catch (HttpRequestException e)
            {
                return e.Message;
            }
        }
    }
}
