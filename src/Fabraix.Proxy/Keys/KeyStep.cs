using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Routes;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// Decides whether there is a usable key for the route, and leaves its <see cref="KeyLease"/>. It is the last step: only a
/// request that everything else has passed comes near the secret. It refuses with 503; nothing goes upstream without a key.
/// </summary>
internal sealed class KeyStep(KeyRing keys) : IStep
{
    private static readonly Refusal Unavailable = new(ProxyError.KeyUnavailable, "key: no usable value");

    public string Name => "key";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var slot = keys[context.Features.GetRequiredFeature<RouteRule>().Key];
        if (slot.Choose() is not { } version)
            return Verdict.Refuse(Unavailable);

        context.Features.Set(new KeyLease(slot, version));
        return Verdict.Pass;
    }
}
