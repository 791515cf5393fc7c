using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Telemetry;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether the client's address has asked too often, where a limit is set. It follows the origin and stands before
/// the token, so that checking signatures has a price. It refuses with 429 and tells nothing else of the address, and leaves the <see cref="AddressLease"/>.
/// </summary>
internal sealed partial class AddressLimitStep(ILimiter limiter, LimitPlan plan, EdgeOptions edge, ILogger<AddressLimitStep> log) : IStep
{
    private int _warned;

    public string Name => "address limit";

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        if (plan.Address.Length == 0)
            return Verdict.Pass;

        WarnOfUntrustedProxy(context.Request.Headers);
        var address = AddressKey.Of(context.Connection.RemoteIpAddress).Number;
        var answer = limiter.AskAddress(address);
        if (answer.Outcome != LimitOutcome.Admitted)
            return Verdict.Refuse(Refuse(answer));

        var lease = new AddressLease(limiter, address);
        context.Features.Set(lease);
        context.Response.RegisterForDispose(lease);
        return Verdict.Pass;
    }

    public static Refusal Refuse(LimitAnswer answer) => new(ProxyError.AddressRateLimited, "address limit: window is full") { RetryAfter = RetryJitter.Add(answer.Seconds) };

    // With a proxy in front that is not trusted, all its users share its address and so one limit.
    private void WarnOfUntrustedProxy(IHeaderDictionary headers)
    {
        if (_warned == 0 && headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("X-Original-For") && Interlocked.Exchange(ref _warned, 1) == 0)
            Log.Untrusted(log, edge.TrustedProxies.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.UntrustedForwardedFor, LogLevel.Warning, "Requests carry X-Forwarded-For from an address outside the {Count} networks of Fabraix:Edge:TrustedProxies: the address limit counts the sender, not the client. If a proxy of yours stands in front, set its network there.")]
        public static partial void Untrusted(ILogger logger, int count);
    }
}
