using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// Decides whether the request line or a header holds one of the proxy's own keys, in any spelling: then somebody outside knows
/// it. It follows the framing, and comes before everything that could refuse for another reason, so that the alarm is raised whoever
/// asks. It refuses with a 400 like many others, so that a guess learns nothing.
/// </summary>
internal sealed class TripwireStep(KeyRing keys, KeyAlarm alarm) : IStep
{
    private static readonly Refusal InTarget = new(ProxyError.InvalidRequestTarget, "tripwire: the request line holds an API key");

    // It closes the connection as every refusal with this code does, or its absence would tell.
    private static readonly Refusal InHeader = new(ProxyError.InvalidHeader, "tripwire: a header holds an API key") { CloseConnection = true };

    public string Name => "tripwire";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var search = keys.Search;
        if (search.IsIn(TargetStep.RawTarget(context)) || search.IsIn(context.Request.Method))
        {
            alarm.InRequest(context, "target");
            return Verdict.Refuse(InTarget);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                if (search.IsIn(value) || search.IsIn(name))
                {
                    alarm.InRequest(context, "header");
                    return Verdict.Refuse(InHeader);
                }
            }
        }

        return Verdict.Pass;
    }
}
