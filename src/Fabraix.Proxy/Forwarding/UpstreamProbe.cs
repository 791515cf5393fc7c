using System.Net.Http.Headers;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Keys;
using Yarp.ReverseProxy.Forwarder;

namespace Fabraix.Proxy.Forwarding;

/// <summary>Sends the operator's own requests to the upstream, to learn what it thinks of a key.</summary>
internal sealed class UpstreamProbe(UpstreamClient client, CircuitBreaker circuit, UpstreamOptions options, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The answer's status, or null where there was none in time, or the circuit is open.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="key">The key to ask with, or null to ask with none.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public async Task<int?> AskAsync(OperatorRequest request, ApiKey? key, CancellationToken cancellation)
    {
        if (circuit.Enter(Asker.Operator) is not { } passage)
            return null;
        using var limit = new CancellationTokenSource(options.ConnectTimeout + options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(options.Address, request.Path.Value));
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (key is not null)
            message.Headers.TryAddWithoutValidation(options.KeyHeader, key.OpenFor(request));
        if (request.Body is not null)
            message.Content = new StringContent(request.Body, new MediaTypeHeaderValue("application/json"));
        try
        {
            using var answer = await client.Invoker.SendAsync(message, both.Token);
            circuit.Answered(passage);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // No answer says nothing of the key, but something of the upstream.
            var failure = Judge(e);
            circuit.Failed(passage, failure, UpstreamFailure.MayBeOfTheRequest(failure) ? Asker.Operator : null);
            return null;
        }
        finally
        {
            circuit.Release(passage);
        }
    }

    private static Refusal Judge(Exception e) =>
        UpstreamFailure.Judge(e is OperationCanceledException { InnerException: not TimeoutException } ? ForwarderError.RequestTimedOut : ForwarderError.Request, e);

    public Task WaitAsync(TimeSpan interval, CancellationToken cancellation) => Task.Delay(interval, time, cancellation);
}
