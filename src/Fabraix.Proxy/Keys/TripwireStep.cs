using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.Keys;

/// <summary>
/// Decides whether the request line or a header holds one of the proxy's own keys, in any spelling: then somebody outside knows
/// it. It comes before everything that could refuse for another reason, so that the alarm is raised whoever asks and however. It
/// refuses with a 400 like many others, so that a guess learns nothing.
/// </summary>
internal sealed class TripwireStep(KeyRing keys, KeyAlarm alarm) : IStep
{
    private static readonly Refusal InTarget = new(ProxyError.InvalidRequestTarget, "tripwire: the request line holds an API key");

    // It closes the connection as every refusal with this code does, or its absence would tell.
    private static readonly Refusal InHeader = new(ProxyError.InvalidHeader, "tripwire: a header holds an API key") { CloseConnection = true };

    public string Name => "tripwire";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var search = keys.InUse;
        if (search.IsIn(TargetStep.RawTarget(context)) || search.IsIn(context.Request.Method))
            return Refuse(context, "target", InTarget);

        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                if (search.IsIn(value) || search.IsIn(name))
                    return Refuse(context, "header", InHeader);
            }
        }

        return Verdict.Pass;
    }

    private ValueTask<Verdict> Refuse(HttpContext context, string where, Refusal refusal)
    {
        // The client's own id would carry the key into the log.
        if (keys.InUse.IsIn(context.TraceIdentifier))
            RequestId.Renew(context);
        alarm.InRequest(context, where);

        // A connection that may be out of step has to close, whatever else is wrong.
        return Verdict.Refuse(FramingStep.Judge(context.Request) ?? refusal);
    }
}
