using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Writes the upstream's request from the grant and the lists, and the browser's answer from the lists. It only stamps: what
/// can fail was decided by a step, since YARP swallows what a transform throws, and may run it twice.
/// </summary>
internal sealed class UpstreamTransform(UpstreamOptions options, RouteTable routes, LeakGuard guard, CircuitBreaker circuit, TimeProvider time) : HttpTransformer
{
    private readonly FrozenDictionary<string, Uri> _addresses =
        routes.Rules.ToFrozenDictionary(rule => rule.Name, rule => new Uri(options.Address, rule.Path.Value), StringComparer.Ordinal);

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var grant = httpContext.Features.GetRequiredFeature<Grant>();
        var key = httpContext.Features.GetRequiredFeature<KeyLease>().Version;

        // The address is the configured one and the path the route's own: nothing of it is the client's.
        proxyRequest.RequestUri = _addresses[grant.Route.Name];
        CopyUp(httpContext, proxyRequest);
        proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        proxyRequest.Headers.TryAddWithoutValidation(ProxyHeaders.RequestId, httpContext.TraceIdentifier);
        proxyRequest.Headers.Remove(options.KeyHeader);
        proxyRequest.Headers.TryAddWithoutValidation(options.KeyHeader, key.Value.OpenFor(grant));
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return false;

        // YARP has copied the reason phrase; it is text of the upstream's that no client needs (RFC 9112 section 4), be it with our own error.
        httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        RequestRecord.Of(httpContext).UpstreamStatus = (int)proxyResponse.StatusCode;

        // At the head, since the body may stream for hours.
        circuit.Answered(httpContext.Features.GetRequiredFeature<Passage>());
        var lease = httpContext.Features.GetRequiredFeature<KeyLease>();
        lease.Slot.Judge(lease.Version, KeyRecovery.Judge((int)proxyResponse.StatusCode));

        if (UpstreamQuota.Read(proxyResponse.Headers, time.GetUtcNow()) is { } quota)
            httpContext.Features.GetRequiredFeature<QuotaLease>().Learn(quota.Remaining, refused: false, quota.Reset);

        // The alarm is raised whatever else is wrong with the answer.
        var leak = guard.JudgeHead(httpContext, proxyResponse);
        if ((await UpstreamAnswer.JudgeAsync(proxyResponse, cancellationToken) ?? leak) is { } refusal)
        {
            httpContext.Features.Set(refusal.Error == ProxyError.UpstreamRateLimited ? ForThisUser(refusal, httpContext) : refusal);
            return false;
        }

        CopyDown(proxyResponse, httpContext.Response.Headers);
        httpContext.Features.GetRequiredFeature<RequestBody>().Release();

        // Whoever reads an event stream wants to know that it is open before the first event; any other answer's head goes
        // with its first byte, so that a broken beginning can still become a clear error.
        if (proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream")
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        proxyResponse.Content = guard.Watch(proxyResponse.Content, lease.Version);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>The upstream speaks of the key: nobody else asks before it has room again, and this user comes back when their own limits let them, too.</summary>
    private static Refusal ForThisUser(Refusal refusal, HttpContext context)
    {
        var lease = context.Features.GetRequiredFeature<QuotaLease>();
        var seconds = refusal.RetryAfter!.Value;
        lease.Learn(remaining: 0, refused: true, TimeSpan.FromSeconds(seconds));
        return refusal with { RetryAfter = RetryJitter.Add(Math.Max(seconds, lease.OwnWait ?? 0)) };
    }

    private static void CopyUp(HttpContext context, HttpRequestMessage request)
    {
        var headers = context.Request.Headers;
        foreach (var name in HeaderLists.Up)
        {
            // With tracing on, the client handler writes this hop's own trace context.
            if (name.StartsWith("trace", StringComparison.Ordinal) && Activity.Current is not null)
                continue;
            if (headers.TryGetValue(name, out var values))
                request.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (request.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", headers.ContentType.ToString());
            content.Headers.ContentLength = context.Features.GetRequiredFeature<RequestBody>().Length;
        }
    }

    private static void CopyDown(HttpResponseMessage response, IHeaderDictionary headers)
    {
        foreach (var name in HeaderLists.Down)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values))
                headers[name] = values.ToString();
        }

        // RFC 9110 section 8.6: no length with a 204.
        var content = response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent ? [] : HeaderLists.DownContent;
        foreach (var name in content)
        {
            if (response.Content.Headers.NonValidated.TryGetValues(name, out var values))
                headers[name] = values.ToString();
        }
    }
}
