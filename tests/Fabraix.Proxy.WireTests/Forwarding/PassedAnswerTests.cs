using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>What comes down: status, body as it streams, and the listed headers.</summary>
public sealed class PassedAnswerTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public PassedAnswerTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(206)]
    [InlineData(299)]
    [InlineData(400)]
    [InlineData(402)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(418)]
    [InlineData(422)]
    [InlineData(451)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(599)]
    public async Task Passes_the_status_and_the_body(int status)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(status, """{"said":"by the upstream"}"""));
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(status, answer.Status);
        Assert.Equal("""{"said":"by the upstream"}""", answer.Text);
        Assert.Null(answer.Header("proxy-status")?.Contains("error=", StringComparison.Ordinal) is true ? "an error of the proxy's own" : null);
        AnswerAssert.Common(answer);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    public async Task Passes_an_answer_without_a_body(int status)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(status, status == 204 ? "X: 1" : "Content-Length: 0"));
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Body);
        AnswerAssert.Common(answer);
    }

    [Fact]
    public async Task Passes_the_listed_headers()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Head(
            503, "Content-Type: text/plain; charset=utf-8", "Content-Length: 2", "Content-Language: de", "Retry-After: 17", "Date: Thu, 01 Jan 2015 00:00:00 GMT") + "ja");
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal("text/plain; charset=utf-8", answer.Header("content-type"));
        Assert.Equal("2", answer.Header("content-length"));
        Assert.Equal("de", answer.Header("content-language"));
        Assert.Equal("17", answer.Header("retry-after"));
        Assert.Equal("Thu, 01 Jan 2015 00:00:00 GMT", answer.Header("date"));
        AnswerAssert.Common(answer);
    }

    [Theory]
    [InlineData("Set-Cookie: session=1; Path=/")]
    [InlineData("Server: upstream/1.0")]
    [InlineData("X-Powered-By: upstream")]
    [InlineData("Via: 1.1 inner")]
    [InlineData("Location: https://evil.example/")]
    [InlineData("Link: </x>; rel=preload")]
    [InlineData("Alt-Svc: h3=\":443\"")]
    [InlineData("WWW-Authenticate: ApiKey realm=\"inner\"")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("Authentication-Info: x")]
    [InlineData("ETag: \"1\"")]
    [InlineData("Last-Modified: Thu, 01 Jan 2015 00:00:00 GMT")]
    [InlineData("Expires: Thu, 01 Jan 2099 00:00:00 GMT")]
    [InlineData("Cache-Control: public, max-age=31536000")]
    [InlineData("Vary: *")]
    [InlineData("Pragma: x")]
    [InlineData("Access-Control-Allow-Origin: *")]
    [InlineData("Access-Control-Allow-Credentials: true")]
    [InlineData("Access-Control-Expose-Headers: *")]
    [InlineData("Cross-Origin-Resource-Policy: cross-origin")]
    [InlineData("Content-Security-Policy: default-src *")]
    [InlineData("Strict-Transport-Security: max-age=0")]
    [InlineData("Referrer-Policy: unsafe-url")]
    [InlineData("X-Content-Type-Options: sniff")]
    [InlineData("Clear-Site-Data: \"*\"")]
    [InlineData("Refresh: 0; url=https://evil.example/")]
    [InlineData("Content-Disposition: attachment")]
    [InlineData("Content-Location: /x")]
    [InlineData("NEL: {}")]
    [InlineData("Report-To: {}")]
    [InlineData("SourceMap: /x")]
    [InlineData("Service-Worker-Allowed: /")]
    [InlineData("Accept-Ranges: bytes")]
    [InlineData("Proxy-Status: upstream; error=dns_error")]
    [InlineData("RateLimit: \"account\";r=1000000;t=1")]
    [InlineData("X-RateLimit-Remaining: 1")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("Trailer: x")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Upgrade: h2c")]
    [InlineData("Connection: keep-alive, x-inner")]
    [InlineData("x-api-key: x")]
    [InlineData("DPoP-Nonce: x")]
    public async Task Keeps_back(string line)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, "{}", line));
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(200, answer.Status);
        AnswerAssert.Common(answer);
        Assert.DoesNotContain(line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..], answer.Headers.Where(header => header.Key != "Content-Length").Select(header => header.Value));
    }

    [Fact]
    public async Task Keeps_no_cookie_for_the_next_request()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(UpstreamAnswer.Json(200, "{}", "Set-Cookie: session=1; Path=/"));
        await proxy.AskAsync(proxy.Post());
        await proxy.AskAsync(proxy.Post());

        Assert.All(proxy.Upstream.Requests, seen => Assert.Empty(seen.All("cookie")));
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(302)]
    public async Task Keeps_back_the_reason_phrase(int status)
    {
        // Of its own, since what a 429 says holds for everybody.
        await using var alone = await ProxyUnderTest.StartAsync();
        alone.Upstream.Answer = exchange => exchange.SendAsync($"HTTP/1.1 {status} Said By The Upstream\r\nContent-Length: 0\r\n\r\n");
        var answer = await alone.AskAsync(alone.Post());

        Assert.DoesNotContain("Upstream", answer.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Keeps_back_trailers()
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(
            UpstreamAnswer.Head(200, "Transfer-Encoding: chunked", "Trailer: x-inner") + "2\r\n{}\r\n0\r\nx-inner: 1\r\nSet-Cookie: a=b\r\n\r\n");
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal("{}", answer.Text);
        AnswerAssert.Common(answer);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 199 X\r\n\r\n")]
    public async Task Keeps_back_interim_answers(string interim)
    {
        proxy.Upstream.Answer = exchange => exchange.SendAsync(interim + UpstreamAnswer.Json(200, "{}"));
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal(200, answer.Status);
        Assert.Equal("{}", answer.Text);
        Assert.Empty(answer.Interim);
        AnswerAssert.Common(answer);
    }

    [Fact]
    public async Task Passes_bodies_byte_for_byte()
    {
        var body = new byte[3_000_000];
        new Random(1).NextBytes(body);
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: application/octet-stream", $"Content-Length: {body.Length}"));
            await exchange.SendAsync(body);
        };
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.True(body.AsSpan().SequenceEqual(answer.Body), "The answer's body changed on its way");
    }

    [Fact]
    public async Task Passes_an_answer_that_ends_with_the_connection()
    {
        proxy.Upstream.Answer = async exchange =>
        {
            await exchange.SendAsync(UpstreamAnswer.Head(200, "Content-Type: text/plain") + "to the end");
            exchange.Close();
        };
        var answer = await proxy.AskAsync(proxy.Post());

        Assert.Equal("to the end", Encoding.ASCII.GetString(answer.Body));
    }
}
