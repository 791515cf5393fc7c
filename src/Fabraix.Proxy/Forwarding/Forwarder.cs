using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Sends what every step has passed to the upstream with YARP, and streams the answer back. It ends the pipeline. What goes
/// wrong before the answer's head becomes 502 or 504; after it, the stream is cut, since the status has left already.
/// </summary>
internal sealed class Forwarder(IHttpForwarder yarp, UpstreamClient client, UpstreamTransform transform, UpstreamOptions options, TimeProvider time)
{
    private readonly string _prefix = options.Address.GetLeftPart(UriPartial.Authority);
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.Timeout };

    public async Task InvokeAsync(HttpContext context)
    {
        // Without the feature YARP sees no request to upgrade, whatever Connection and Upgrade say.
        context.Features.Set<IHttpUpgradeFeature>(null);
        context.Features.Set<IHttpExtendedConnectFeature>(null);

        var record = RequestRecord.Of(context);
        var stamped = context.Response.Headers.ToArray();
        var start = time.GetTimestamp();
        var error = await yarp.SendAsync(context, _prefix, client.Invoker, _config, transform);
        record.UpstreamTime = time.GetElapsedTime(start);

        if (context.Features.Get<Refusal>() is { } refusal)
            await ErrorWriter.WriteAsync(context, refusal);
        else if (error != ForwarderError.None)
            await FailAsync(context, record, error, stamped);
    }

    private static Task FailAsync(HttpContext context, RequestRecord record, ForwarderError error, KeyValuePair<string, StringValues>[] stamped)
    {
        if (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            record.Code = RequestRecord.ClientClosed;
            return Task.CompletedTask;
        }

        if (context.Response.HasStarted)
        {
            // YARP has cut the stream.
            record.Code = RequestRecord.AnswerCut;
            return Task.CompletedTask;
        }

        // YARP clears an answer whose body breaks before its first byte has left, and with it what the steps had put there.
        context.Response.Headers.Clear();
        foreach (var (name, value) in stamped)
            context.Response.Headers[name] = value;
        return ErrorWriter.WriteAsync(context, UpstreamFailure.Judge(error, context.Features.Get<IForwarderErrorFeature>()?.Exception));
    }
}
