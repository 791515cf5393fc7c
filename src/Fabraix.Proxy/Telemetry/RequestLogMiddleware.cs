using System.Diagnostics;
using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Telemetry;

/// <summary>
/// Gives the request its id and its <see cref="RequestRecord"/>, and writes the one line, the metrics and the span of it at the end.
/// It is outermost, so that nothing happens unseen. What escapes everything else becomes 500; of such an exception the log
/// gets type and stack, not the message, which may quote what a client sent.
/// </summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, DecisionTally tally, TimeProvider time, ILogger<RequestLogMiddleware> log)
{
    private static readonly Refusal Bug = new(ProxyError.InternalError, "internal: unhandled exception");
    private static readonly Refusal Malformed = new(ProxyError.InvalidBody, "body: broken off or malformed") { CloseConnection = true };

    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var record = new RequestRecord();
        context.Features.Set(record);
        RequestId.Give(context);
        ServerSpan.Begin(context);

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException)
        {
            await ErrorWriter.WriteAsync(context, Malformed);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whatever was being answered, nobody was there to get it.
            context.Features.Set<Refusal>(null);
            record.Code = RequestRecord.ClientClosed;
        }
        catch (Exception e)
        {
            Log.Failed(log, e.GetType().FullName!, new StackTrace(e).ToString());
            await WriteBugAsync(context);
        }

        if (context.Features.Get<Refusal>() is { } refusal)
            (record.Code, record.Rule) = (refusal.Error.Code, refusal.Rule);
        tally.Count(record);
        ProxyMetrics.Tag(context, record);
        ServerSpan.End(context, record);
        if (log.IsEnabled(LogLevel.Information))
            Write(context, record, time.GetElapsedTime(start));
    }

    private static async Task WriteBugAsync(HttpContext context)
    {
        try
        {
            await ErrorWriter.WriteAsync(context, Bug);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            // The answer was half written when it broke: cutting it is all that is left, and the request is still logged.
            context.Abort();
        }
    }

    private void Write(HttpContext context, RequestRecord record, TimeSpan elapsed) => Log.Request(
        log,
        record.Route,
        record.Code,
        context.Response.StatusCode,
        record.UpstreamStatus,
        elapsed.TotalMilliseconds,
        record.UpstreamTime?.TotalMilliseconds,
        record.Caller,
        record.Key,
        context.TraceIdentifier,
        record.Rule,
        ServerSpan.TraceId(context));

    private static partial class Log
    {
        [LoggerMessage(EventIds.Request, LogLevel.Information, "{Route} {Decision} {Status} upstream {UpstreamStatus} in {Milliseconds:0.0} ms (upstream {UpstreamMilliseconds:0.0} ms) caller {Caller} key {Key} id {RequestId} rule {Rule} trace {TraceId}")]
        public static partial void Request(
            ILogger logger, string route, string decision, int status, int? upstreamStatus, double milliseconds, double? upstreamMilliseconds, string? caller, string? key, string requestId, string? rule, string? traceId);

        [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "A request failed unexpectedly: {Type}\n{Stack}")]
        public static partial void Failed(ILogger logger, string type, string stack);
    }
}
