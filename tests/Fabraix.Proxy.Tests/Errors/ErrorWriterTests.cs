using System.Text;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Tests.Errors;

public sealed class ErrorWriterTests
{
    [Fact]
    public async Task Writes_status_headers_and_body_of_a_refusal()
    {
        var context = Context("HTTP/1.1");

        await ErrorWriter.WriteAsync(context, new Refusal(ProxyError.UserRateLimited, "a rule") { RetryAfter = 17 });

        Assert.Equal(429, context.Response.StatusCode);
        Assert.Equal("application/json", context.Response.ContentType);
        Assert.Equal("fabraix-proxy; error=http_request_denied; details=\"user_rate_limited\"", context.Response.Headers["Proxy-Status"]);
        Assert.Equal("17", context.Response.Headers.RetryAfter);
        Assert.Equal(Encoding.UTF8.GetString(ProxyError.UserRateLimited.Envelope(17)), Body(context));
        Assert.Equal(context.Response.Body.Length, context.Response.ContentLength);
    }

    [Fact]
    public async Task Tells_the_rule_to_the_log_alone()
    {
        var context = Context("HTTP/1.1");

        await ErrorWriter.WriteAsync(context, new Refusal(ProxyError.TokenInvalid, "token: kid is not among the issuer's keys"));

        Assert.Equal("token: kid is not among the issuer's keys", context.Features.Get<Refusal>()?.Rule);
        Assert.DoesNotContain("kid", Body(context), StringComparison.Ordinal);
        Assert.DoesNotContain(context.Response.Headers, header => header.Value.ToString().Contains("kid", StringComparison.Ordinal));
        Assert.Equal("Bearer error=\"invalid_token\"", context.Response.Headers.WWWAuthenticate);
    }

    [Fact]
    public void Tells_the_upstreams_status_where_it_answered() => Assert.Equal(
        "fabraix-proxy; error=proxy_configuration_error; details=\"upstream_key_rejected\"; received-status=401",
        ErrorWriter.ProxyStatus(new Refusal(ProxyError.UpstreamKeyRejected, "a rule") { ReceivedStatus = 401 }));

    [Theory]
    [InlineData("HTTP/1.0", true, "close")]
    [InlineData("HTTP/1.1", true, "close")]
    [InlineData("HTTP/1.1", false, "")]
    [InlineData("HTTP/2", true, "")]
    public async Task Closes_a_connection_of_doubtful_framing(string protocol, bool doubtful, string connection)
    {
        var context = Context(protocol);

        await ErrorWriter.WriteAsync(context, new Refusal(ProxyError.InvalidHeader, "a rule") { CloseConnection = doubtful });

        Assert.Equal(connection, context.Response.Headers.Connection.ToString());
    }

    [Fact]
    public async Task Lists_methods_for_a_405()
    {
        var context = Context("HTTP/1.1");

        await ErrorWriter.WriteAsync(context, new Refusal(ProxyError.MethodNotAllowed, "a rule") { Allow = "POST, OPTIONS" });

        Assert.Equal("POST, OPTIONS", context.Response.Headers.Allow);
    }

    private static DefaultHttpContext Context(string protocol)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = protocol;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static string Body(HttpContext context) => Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
}
