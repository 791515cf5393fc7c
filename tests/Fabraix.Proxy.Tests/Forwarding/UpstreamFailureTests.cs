using System.Security.Authentication;
using Fabraix.Proxy.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Tests.Forwarding;

/// <summary>RFC 9209 section 2.3 has a word for each.</summary>
public sealed class UpstreamFailureTests
{
    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "upstream_unreachable", "dns_error")]
    [InlineData(HttpRequestError.ConnectionError, "upstream_unreachable", "connection_refused")]
    [InlineData(HttpRequestError.ProxyTunnelError, "upstream_unreachable", "connection_refused")]
    [InlineData(HttpRequestError.SecureConnectionError, "upstream_unreachable", "tls_certificate_error")]
    [InlineData(HttpRequestError.ResponseEnded, "upstream_unreachable", "http_protocol_error")]
    [InlineData(HttpRequestError.InvalidResponse, "upstream_response_blocked", "http_protocol_error")]
    [InlineData(HttpRequestError.HttpProtocolError, "upstream_response_blocked", "http_protocol_error")]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, "upstream_response_blocked", "http_protocol_error")]
    [InlineData(HttpRequestError.Unknown, "upstream_unreachable", "http_protocol_error")]
    public void Names_what_the_client_library_names(HttpRequestError error, string code, string proxyStatus) =>
        Is(code, proxyStatus, ForwarderError.Request, new HttpRequestException(error));

    [Fact]
    public void Names_every_error_that_the_library_has() =>
        Assert.All(Enum.GetValues<HttpRequestError>(), error => Assert.NotEqual("internal_error", UpstreamFailure.Judge(ForwarderError.Request, new HttpRequestException(error)).Error.Code));

    [Fact]
    public void Names_a_certificate_that_is_not_trusted() =>
        Is("upstream_unreachable", "tls_certificate_error", ForwarderError.Request, new HttpRequestException("TLS", new AuthenticationException("certificate")));

    [Theory]
    [InlineData(ForwarderError.Request)]
    [InlineData(ForwarderError.RequestTimedOut)]
    public void Names_a_connection_that_takes_too_long(ForwarderError error) =>
        Is("upstream_timeout", "connection_timeout", error, new OperationCanceledException("connect", new TimeoutException()));

    [Fact]
    public void Blames_no_request_for_what_happens_before_there_is_a_connection()
    {
        Exception[] before =
        [
            new HttpRequestException(HttpRequestError.NameResolutionError), new HttpRequestException(HttpRequestError.ConnectionError),
            new HttpRequestException(HttpRequestError.SecureConnectionError), new HttpRequestException(HttpRequestError.ProxyTunnelError),
            new OperationCanceledException("connect", new TimeoutException()),
        ];
        Exception[] after =
        [
            new HttpRequestException(HttpRequestError.ResponseEnded), new HttpRequestException(HttpRequestError.InvalidResponse),
            new HttpRequestException(HttpRequestError.HttpProtocolError), new HttpRequestException(HttpRequestError.Unknown), new IOException("reset"), new InvalidOperationException(),
        ];

        Assert.All(before, exception => Assert.False(UpstreamFailure.MayBeOfTheRequest(UpstreamFailure.Judge(ForwarderError.Request, exception))));
        Assert.All(after, exception => Assert.True(UpstreamFailure.MayBeOfTheRequest(UpstreamFailure.Judge(ForwarderError.Request, exception))));
        Assert.True(UpstreamFailure.MayBeOfTheRequest(UpstreamFailure.Judge(ForwarderError.RequestTimedOut, new OperationCanceledException())));
    }

    [Fact]
    public void Names_an_answer_that_takes_too_long() => Is("upstream_timeout", "http_response_timeout", ForwarderError.RequestTimedOut, new OperationCanceledException());

    [Fact]
    public void Names_a_connection_that_breaks() => Is("upstream_unreachable", "http_protocol_error", ForwarderError.RequestBodyDestination, new IOException("reset"));

    [Fact]
    public void Calls_the_rest_a_broken_exchange() => Is("upstream_unreachable", "http_protocol_error", ForwarderError.RequestCreation, new InvalidOperationException("secret detail"));

    private static void Is(string code, string proxyStatus, ForwarderError error, Exception exception)
    {
        var refusal = UpstreamFailure.Judge(error, exception);

        Assert.Equal((code, proxyStatus), (refusal.Error.Code, refusal.ProxyStatus));
        Assert.DoesNotContain("secret", refusal.Rule, StringComparison.Ordinal);
    }
}
