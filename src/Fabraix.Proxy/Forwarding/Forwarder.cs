using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Sends what every step has passed to the upstream with YARP, and streams the answer back; once more with another version of the
/// key, where the upstream refused the first. It ends the pipeline. What goes wrong before the answer's head becomes 502 or 504;
/// after it, the stream is cut, since the status has left already.
/// </summary>
internal sealed class Forwarder(IHttpForwarder yarp, UpstreamClient client, UpstreamTransform transform, LeakGuard guard, CircuitBreaker circuit, KeyMetrics metrics, UpstreamOptions options, TimeProvider time)
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
        var error = await SendAsync(context, record);
        record.UpstreamTime = time.GetElapsedTime(start);

        if (context.Features.Get<Refusal>() is { } refusal)
            await ErrorWriter.WriteAsync(context, refusal);
        else if (error != ForwarderError.None)
            await FailAsync(context, record, error, stamped);
    }

    private async Task<ForwarderError> SendAsync(HttpContext context, RequestRecord record)
    {
        var body = context.Features.GetRequiredFeature<RequestBody>();
        var lease = context.Features.GetRequiredFeature<KeyLease>();
        List<KeyVersion>? tried = null;
        context.Features.GetRequiredFeature<QuotaLease>().Send();
        while (true)
        {
            // Every attempt reads the body from its beginning.
            context.Request.Body = body.Open();
            lease.Version.Used(time.GetUtcNow());
            record.Key = lease.Version.Label;
            var error = await yarp.SendAsync(context, _prefix, client.Invoker, _config, transform);
            if (context.Features.Get<Refusal>() is null || context.Response.HasStarted)
                return error;

            var next = await KeyRecovery.NextAsync(lease, KeyRecovery.Judge(record.UpstreamStatus), tried ??= [lease.Version], context.RequestAborted);
            if (next is null)
                return error;
            lease = next;
            tried.Add(lease.Version);
            metrics.Replayed(lease.Slot.Options.Name);
            context.Features.Set(lease);
            context.Features.Set<Refusal>(null);
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK; // YARP takes any other for an answer that somebody has given already.
            record.UpstreamStatus = null;
        }
    }

    private Task FailAsync(HttpContext context, RequestRecord record, ForwarderError error, KeyValuePair<string, StringValues>[] stamped)
    {
        var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var leak = guard.Judge(context, cause, record.UpstreamStatus);
        if (leak is null && context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            record.Code = RequestRecord.ClientClosed;
            return Task.CompletedTask;
        }

        if (context.Response.HasStarted)
        {
            // YARP has cut the stream.
            record.Code = RequestRecord.AnswerCut;
            record.Rule = leak?.Rule;
            return Task.CompletedTask;
        }

        // YARP clears an answer whose body breaks before its first byte has left, and with it what the steps had put there.
        context.Response.Headers.Clear();
        foreach (var (name, value) in stamped)
            context.Response.Headers[name] = value;
        return ErrorWriter.WriteAsync(context, leak ?? NoAnswer(context, record, UpstreamFailure.Judge(error, cause)));
    }

    private Refusal NoAnswer(HttpContext context, RequestRecord record, Refusal failure)
    {
        // An answer that breaks off behind its head was one.
        if (record.UpstreamStatus is null)
            circuit.Failed(context.Features.GetRequiredFeature<Passage>(), failure, UpstreamFailure.MayBeOfTheRequest(failure) ? Asker.Of(context.Features.GetRequiredFeature<Grant>().Caller) : null);
        return failure;
    }
}
