using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// Decides whether there is a usable key for the route, and leaves its <see cref="KeyVersion"/>. It is the last step: only a
/// request that everything else has passed comes near the secret. It refuses with 503; nothing goes upstream without a key.
/// </summary>
internal sealed class KeyStep(KeyRing keys) : IStep
{
    private static readonly Refusal Unavailable = new(ProxyError.KeyUnavailable, "key: no usable value");

    public string Name => "key";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteRule>();
        if (keys[route.Key].Current is not { } version)
            return Verdict.Refuse(Unavailable);

        context.Features.Set(version);
        RequestRecord.Of(context).Key = version.Label;
        return Verdict.Pass;
    }
}
