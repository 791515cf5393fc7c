using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Mint;

/// <summary><c>GET /.well-known/jwks.json</c>: the mint's public keys, so that other services can verify its tokens. Anybody who reaches the listener may read it.</summary>
internal sealed class JwksEndpoint(MintKeys keys) : IManagementEndpoint
{
    public string Method => HttpMethods.Get;

    public string Path => "/.well-known/jwks.json";

    public Task HandleAsync(HttpContext context)
    {
        var jwks = keys.Jwks;
        if (jwks.IsEmpty)
        {
            // An empty set would be kept, and refuse the first tokens.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = jwks.Length;

        // Half of PublishAhead: whoever keeps it that long knows a key before its first signature.
        context.Response.Headers.CacheControl = "public, max-age=300";
        return context.Response.Body.WriteAsync(jwks, context.RequestAborted).AsTask();
    }
}
