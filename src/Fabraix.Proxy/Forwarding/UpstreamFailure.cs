using System.Security.Authentication;
using Fabraix.Proxy.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Names why there was no answer to pass on, in RFC 9209's words.</summary>
internal static class UpstreamFailure
{
    private static readonly Refusal NoConnection = Unreachable("upstream: connection refused or broken", "connection_refused");
    private static readonly Refusal NoName = Unreachable("upstream: name not found", "dns_error");
    private static readonly Refusal NoTls = Unreachable("upstream: TLS failed or certificate not trusted", "tls_certificate_error");
    private static readonly Refusal Ended = Unreachable("upstream: connection ended before the answer", "http_protocol_error");
    private static readonly Refusal Malformed = new(ProxyError.UpstreamResponseBlocked, "upstream: malformed answer");
    private static readonly Refusal SlowConnect = new(ProxyError.UpstreamTimeout, "upstream: connection took longer than ConnectTimeout") { ProxyStatus = "connection_timeout" };
    private static readonly Refusal SlowAnswer = new(ProxyError.UpstreamTimeout, "upstream: no byte of the answer within Timeout");

    // Before there is a connection nobody has seen anything of a request: it cannot have caused these.
    private static readonly Refusal[] OfNoRequest = [NoConnection, NoName, NoTls, SlowConnect];

    /// <summary>Whether a request, so one user, may have caused it; the circuit then counts it but once for each user.</summary>
    public static bool MayBeOfTheRequest(Refusal failure) => !OfNoRequest.Contains(failure);

    public static Refusal Judge(ForwarderError error, Exception? exception) => error switch
    {
        // YARP calls a connection that took too long so as well; only the client's own time limit brings a TimeoutException.
        ForwarderError.RequestTimedOut when exception is not OperationCanceledException { InnerException: TimeoutException } => SlowAnswer,
        _ => Judge(exception),
    };

    private static Refusal Judge(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is TimeoutException)
                return SlowConnect;
            if (e is AuthenticationException)
                return NoTls;
        }

        // Where both directions failed, YARP gives both; the first is the cause. What has no name is still the exchange that broke.
        return exception switch
        {
            HttpRequestException http => Judge(http.HttpRequestError),
            AggregateException { InnerExceptions: [HttpRequestException first, ..] } => Judge(first.HttpRequestError),
            _ => Ended,
        };
    }

    private static Refusal Judge(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => NoName,
        HttpRequestError.SecureConnectionError => NoTls,
        HttpRequestError.ResponseEnded => Ended,
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded => Malformed,
        HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => NoConnection,
        _ => Ended,
    };

    private static Refusal Unreachable(string rule, string proxyStatus) => new(ProxyError.UpstreamUnreachable, rule) { ProxyStatus = proxyStatus };
}
