using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// What a request's span says, by OpenTelemetry's semantic conventions for HTTP servers, where the server has made one. Nothing in it is what a client made up: the path is there
/// only where it is a listed route's, the host only where it is one of AllowedHosts; query, user agent, address and an unknown method never are.
/// </summary>
internal static class ServerSpan
{
    private const string OtherMethod = "_OTHER";

    // RFC 9110 section 9 and RFC 5789, as the conventions list them. Methods are case-sensitive.
    private static readonly FrozenSet<string> Methods =
        FrozenSet.Create(StringComparer.Ordinal, "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    /// <summary>Links the page's trace where the span does not continue it, so that the two can be found from each other.</summary>
    public static void Begin(HttpContext context)
    {
        if (Of(context) is { HasRemoteParent: false } span
            && context.Request.Headers["traceparent"] is [{ } header]
            && ActivityContext.TryParse(header, traceState: null, isRemote: true, out var page))
            span.AddLink(new ActivityLink(page));
    }

    /// <summary>Describes the request once it is known what became of it.</summary>
    public static void End(HttpContext context, RequestRecord record)
    {
        if (Of(context) is not { } span)
            return;

        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : OtherMethod;
        var shown = method == OtherMethod ? "HTTP" : method;
        span.DisplayName = record.Path is null ? shown : $"{shown} {record.Path}";
        span.SetTag("http.request.method", method);
        span.SetTag("url.scheme", context.Request.Scheme);
        span.SetTag("network.protocol.version", Version(context.Request.Protocol));
        span.SetTag("http.route", record.Path);
        span.SetTag("url.path", record.Path);
        if (record.Host is { } host)
        {
            span.SetTag("server.address", host.Host);
            span.SetTag("server.port", host.Port);
        }

        // A client that left before the answer's head got no status.
        if (record.Code != RequestRecord.ClientClosed)
            span.SetTag("http.response.status_code", context.Response.StatusCode);
        span.SetTag("fabraix.route", record.Route);
        span.SetTag("fabraix.decision", record.Code);
        if (ErrorType(context, record) is not { } error)
            return;
        span.SetTag("error.type", error);
        span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>The trace's id, where the trace is recorded.</summary>
    public static string? TraceId(HttpContext context) => Of(context) is { Recorded: true } span ? span.TraceId.ToHexString() : null;

    /// <summary>What went wrong, where the conventions call it an error of the server's: a status of 5xx, or an answer that did not end. Refusing is no error.</summary>
    public static string? ErrorType(HttpContext context, RequestRecord record) => record.Code switch
    {
        RequestRecord.ClientClosed or RequestRecord.AnswerCut => record.Code,
        _ when context.Response.StatusCode < StatusCodes.Status500InternalServerError => null,
        RequestRecord.Forwarded => context.Response.StatusCode.ToString(CultureInfo.InvariantCulture),
        _ => record.Code,
    };

    private static Activity? Of(HttpContext context) => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? span : null;

    private static string? Version(string protocol) => protocol switch
    {
        "HTTP/1.0" => "1.0",
        "HTTP/1.1" => "1.1",
        "HTTP/2" => "2",
        _ => null,
    };
}
