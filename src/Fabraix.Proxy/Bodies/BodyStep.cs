using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Bodies;

/// <summary>
/// Decides whether the body is what the route takes, reads it whole within MaxBytes, and leaves the <see cref="RequestBody"/>. It follows everything that can be decided without a byte of it. It refuses with 415, 413, 408, 400
/// or, when all bodies together need too much memory, 503; nothing of a body that broke off has gone anywhere.
/// </summary>
internal sealed class BodyStep(BodyBudget budget, TimeProvider time) : IStep
{
    // What a client announces is not yet there: memory is taken as bytes come.
    private const int FirstRead = 4 * 1024;

    // Kestrel's least data rate is of a connection; over HTTP/2 one stream can keep up the rate for many that stall.
    private const int LeastRate = 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly Refusal MediaType = new(ProxyError.UnsupportedMediaType, "body: Content-Type is not application/json in UTF-8");
    private static readonly Refusal Encoded = new(ProxyError.UnsupportedMediaType, "body: Content-Encoding");
    private static readonly Refusal Unexpected = new(ProxyError.InvalidBody, "body: GET takes none");
    private static readonly Refusal Malformed = new(ProxyError.InvalidBody, "body: broken off or malformed") { CloseConnection = true };
    private static readonly Refusal TooLarge = new(ProxyError.BodyTooLarge, "body: larger than MaxBytes") { CloseConnection = true };
    private static readonly Refusal TooSlow = new(ProxyError.RequestTimeout, "body: below the least data rate") { CloseConnection = true };
    private static readonly Refusal NoMemory = new(ProxyError.Overloaded, "body: memory of all bodies together is used up") { CloseConnection = true };

    public string Name => "body";

    public async ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteRule>();
        var request = context.Request;
        if (JudgeHead(request, HasBody(context), route.MaxBytes) is { } refusal)
            return refusal;

        var body = new RequestBody(budget);
        context.Response.RegisterForDispose(body);
        var read = HasBody(context) ? await ReadAsync(request, body, route.MaxBytes, context.RequestAborted) : null;
        if (read is not null)
            return read;
        context.Features.Set(body);
        return Verdict.Pass;
    }

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? context.Request.ContentLength > 0;

    private static Refusal? JudgeHead(HttpRequest request, bool hasBody, int maxBytes)
    {
        if (HttpMethods.IsGet(request.Method))
            return hasBody ? Unexpected : null;
        if (request.Headers.ContentEncoding.Count > 0)
            return Encoded;
        if ((hasBody || !HttpMethods.IsDelete(request.Method)) && !MediaTypeRule.IsJson(request.ContentType))
            return MediaType;
        return request.ContentLength > maxBytes ? TooLarge : null;
    }

    private async ValueTask<Refusal?> ReadAsync(HttpRequest request, RequestBody body, int maxBytes, CancellationToken aborted)
    {
        // One byte more than expected, so that the end is seen without growing again.
        var most = (int)(request.ContentLength ?? maxBytes) + 1;
        var first = Math.Min(most, FirstRead);
        using var limit = new CancellationTokenSource(Grace + TimeSpan.FromSeconds((double)maxBytes / LeastRate), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        while (true)
        {
            var room = body.Grow(body.Length == 0 ? first : 1, most);
            if (room.IsEmpty)
                return NoMemory;
            var (count, refusal) = await ReadSomeAsync(request.Body, room, aborted, both.Token);
            if (refusal is not null || count == 0)
                return refusal;
            body.Advance(count);
            if (body.Length > maxBytes)
                return TooLarge;
        }
    }

    private static async ValueTask<(int Count, Refusal? Refusal)> ReadSomeAsync(Stream body, Memory<byte> room, CancellationToken aborted, CancellationToken cancellation)
    {
        try
        {
            return (await body.ReadAsync(room, cancellation), null);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return (0, TooSlow);
        }
        catch (BadHttpRequestException e)
        {
            return (0, e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge,
                StatusCodes.Status408RequestTimeout => TooSlow,
                _ => Malformed,
            });
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // What Kestrel throws for a chunk size beyond 64 bits and for control characters in a trailer, and for a client that broke off.
            return (0, Malformed);
        }
    }
}
