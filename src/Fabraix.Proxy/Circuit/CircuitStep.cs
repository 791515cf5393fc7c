using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.Circuit;

/// <summary>
/// Decides whether the upstream is worth asking, and leaves the <see cref="Passage"/> with which the forwarder tells what came of it. It follows the body, so that
/// a probe's place is never held by a slow client, and stands before the key, so that nothing of a quota is used up for an answer that does not come. It refuses with the 502 or 504 that opened the circuit.
/// </summary>
internal sealed class CircuitStep(CircuitBreaker circuit) : IStep
{
    public string Name => "circuit";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var passage = circuit.Enter(Asker.Of(context.Features.GetRequiredFeature<Caller>()));
        if (passage is null)
            return Verdict.Refuse(circuit.Refuse());

        if (passage.IsProbe)
            context.Response.OnCompleted(Release, (circuit, passage));
        context.Features.Set(passage);
        return Verdict.Pass;
    }

    private static Task Release(object state)
    {
        var (circuit, passage) = ((CircuitBreaker, Passage))state;
        circuit.Release(passage);
        return Task.CompletedTask;
    }
}
