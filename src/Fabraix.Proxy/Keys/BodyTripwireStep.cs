using Fabraix.Proxy.Bodies;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// Decides whether the body holds one of the proxy's own keys, as <see cref="TripwireStep"/> does for the head. It follows the body
/// step, which read it. It refuses with 400 and raises the alarm.
/// </summary>
internal sealed class BodyTripwireStep(KeyRing keys, KeyAlarm alarm) : IStep
{
    private static readonly Refusal InBody = new(ProxyError.InvalidBody, "tripwire: the body holds an API key");

    public string Name => "body tripwire";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        if (!context.Features.GetRequiredFeature<RequestBody>().Ask(keys.InUse.IsIn))
            return Verdict.Pass;

        alarm.InRequest(context, "body");
        return Verdict.Refuse(InBody);
    }
}
