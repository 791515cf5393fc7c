namespace Fabraix.Proxy.Forwarding;

/// <summary>
/// Keeps the client from sending a POST or PATCH twice (RFC 9110 section 9.2.2). It does so with a request without content, when a
/// connection that it reuses ends before the answer; an empty content is still a content, and begun once.
/// </summary>
internal sealed class SentOnceHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch)
            request.Content ??= new ByteArrayContent([]);
        return base.SendAsync(request, cancellationToken);
    }
}
