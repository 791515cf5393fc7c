using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;
using Microsoft.Extensions.Primitives;

namespace Fabraix.Proxy.Tests.Edge;

public sealed class FramingStepTests
{
    [Fact]
    public void Passes_a_plain_request() =>
        Assert.Null(Judge(("Host", "localhost"), ("Content-Length", "2"), ("Content-Type", "application/json"), ("Accept", "a\tb"), ("User-Agent", "caf\u00e9")));

    [Theory]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("a(b")]
    [InlineData("a[b]")]
    [InlineData("a/b")]
    [InlineData("a\"b")]
    [InlineData("a:b")]
    [InlineData("a\u0001b")]
    [InlineData("caf\u00e9")]
    public void Refuses_a_header_name_that_is_no_token(string name) => Refused("framing: header name is not a token", (name, "x"));

    [Theory]
    [InlineData("!#$%&'*+-.^`|~x")]
    [InlineData("X-Any-1")]
    public void Passes_every_character_of_a_token_but_the_underscore(string name) => Assert.Null(Judge((name, "x")));

    [Theory]
    [InlineData("\0")]
    [InlineData("a\u0001b")]
    [InlineData("a\u000bb")]
    [InlineData("a\u001fb")]
    [InlineData("a\u007fb")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    public void Refuses_a_control_character_in_a_value(string value) => Refused("framing: control character in a header value", ("X-Any", value));

    [Fact]
    public void Refuses_a_control_character_in_any_of_several_values() =>
        Assert.Equal("framing: control character in a header value", Judge(request => request.Headers["Accept"] = new StringValues(["a", "b\u0001"]))?.Rule);

    [Theory]
    [InlineData("Authorization")]
    [InlineData("Content-Type")]
    [InlineData("Content-Length")]
    [InlineData("Content-Encoding")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Host")]
    [InlineData("Origin")]
    [InlineData("Access-Control-Request-Method")]
    [InlineData("Sec-Fetch-Site")]
    [InlineData("User-Agent")]
    [InlineData("Idempotency-Key")]
    [InlineData("traceparent")]
    [InlineData("x-request-id")]
    [InlineData("X-API-KEY")]
    [InlineData("dpop")]
    [InlineData("Expect")]
    [InlineData("Referer")]
    public void Refuses_a_repeated_header_that_may_come_once(string name) =>
        Assert.Equal("framing: header repeated that may come once", Judge(request => request.Headers[name] = new StringValues(["1", "1"]))?.Rule);

    [Theory]
    [InlineData("Accept")]
    [InlineData("Accept-Language")]
    [InlineData("tracestate")]
    [InlineData("Via")]
    public void Passes_a_repeated_header_that_is_a_list(string name) => Assert.Null(Judge(request => request.Headers[name] = new StringValues(["a", "b"])));

    [Theory]
    [InlineData("Chunked")]
    [InlineData("gzip, chunked")]
    [InlineData("chunked, chunked")]
    [InlineData(",chunked")]
    [InlineData("chunked ")]
    [InlineData("identity")]
    [InlineData("xchunked")]
    [InlineData("")]
    public void Refuses_a_transfer_encoding_that_is_not_exactly_chunked(string coding) => Refused("framing: Transfer-Encoding is not exactly chunked", ("Transfer-Encoding", coding));

    [Fact]
    public void Passes_a_chunked_request() => Assert.Null(Judge(("Transfer-Encoding", "chunked")));

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("X-Content-Length")]
    public void Refuses_a_transfer_encoding_beside_a_length_under_either_name_that_Kestrel_gives_it(string name) =>
        Refused("framing: Transfer-Encoding beside Content-Length", ("Transfer-Encoding", "chunked"), (name, "5"));

    [Fact]
    public void Refuses_a_transfer_encoding_before_http_1_1()
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = "HTTP/1.0";
        context.Request.Headers.TransferEncoding = "chunked";

        Assert.Equal("framing: Transfer-Encoding before HTTP/1.1", FramingStep.Judge(context.Request)?.Rule);
    }

    [Fact]
    public void Passes_a_plain_request_of_http_2() =>
        Assert.Null(JudgeHttp2(("Host", "localhost"), ("Content-Length", "2"), ("TE", "trailers"), ("Cookie", "a=b"), ("Accept", "a\tb")));

    [Theory]
    [InlineData("Connection", "close")]
    [InlineData("connection", "")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("keep-alive", "")]
    [InlineData("Proxy-Connection", "keep-alive")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("transfer-encoding", "")]
    [InlineData("Upgrade", "h2c")]
    public void Refuses_a_connection_specific_header_in_http_2(string name, string value)
    {
        var refusal = JudgeHttp2(("Host", "localhost"), (name, value));

        Assert.Equal("framing: connection-specific header in HTTP/2", refusal?.Rule);
        Assert.Equal("invalid_header", refusal?.Error.Code);
    }

    [Fact]
    public void Refuses_http_2_without_an_authority()
    {
        Assert.Equal("framing: neither :authority nor Host in HTTP/2", JudgeHttp2(("Accept", "a"))?.Rule);
        Assert.Equal("framing: neither :authority nor Host in HTTP/2", JudgeHttp2(("Host", ""))?.Rule);
    }

    [Theory]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("\ta")]
    [InlineData("a\t")]
    [InlineData(" ")]
    public void Refuses_white_space_around_a_value_in_http_2(string value) =>
        Assert.Equal("framing: white space around a header value in HTTP/2", JudgeHttp2(("Host", "localhost"), ("X-Any", value))?.Rule);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    public void Passes_white_space_inside_a_value_in_http_2(string value) => Assert.Null(JudgeHttp2(("Host", "localhost"), ("X-Any", value)));

    [Theory]
    [InlineData("Connection", "keep-alive")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("Proxy-Connection", "keep-alive")]
    [InlineData("Upgrade", "h2c")]
    public void Passes_the_same_header_in_http_1_1(string name, string value) => Assert.Null(Judge((name, value)));

    [Theory]
    [InlineData("framing: header name is not a token", "a_b", "x")]
    [InlineData("framing: control character in a header value", "X-Any", "a\u0001b")]
    public void Holds_the_common_rules_in_http_2(string rule, string name, string value) => Assert.Equal(rule, JudgeHttp2((name, value))?.Rule);

    [Fact]
    public async Task Passes_through_the_step_what_the_rule_passes()
    {
        var verdict = await new FramingStep().JudgeAsync(new DefaultHttpContext());

        Assert.Null(verdict.Refusal);
        Assert.False(verdict.Answered);
    }

    private static void Refused(string rule, params (string Name, string Value)[] headers)
    {
        var refusal = Judge(headers);

        Assert.Equal(rule, refusal?.Rule);
        Assert.Equal("invalid_header", refusal?.Error.Code);
        Assert.True(refusal?.CloseConnection);
    }

    private static Refusal? Judge(params (string Name, string Value)[] headers) => Judge(request =>
    {
        foreach (var (name, value) in headers)
            request.Headers[name] = new StringValues([value]);
    });

    private static Refusal? JudgeHttp2(params (string Name, string Value)[] headers) => Judge(
        request =>
        {
            foreach (var (name, value) in headers)
                request.Headers[name] = new StringValues([value]);
        },
        "HTTP/2");

    private static Refusal? Judge(Action<HttpRequest> change, string protocol = "HTTP/1.1")
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = protocol;
        change(context.Request);
        return FramingStep.Judge(context.Request);
    }
}
