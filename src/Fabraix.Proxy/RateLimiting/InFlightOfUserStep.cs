using System.Runtime.InteropServices;
using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace Fabraix.Proxy.RateLimiting;

/// <summary>
/// Decides whether one more request of this user (issuer and subject) may be under way. It follows the scope: what the user may not do takes none of their places.
/// It refuses with 503 and counts nothing against their windows; a request leaves when its answer has ended, however it ended.
/// </summary>
internal sealed class InFlightOfUserStep : IStep
{
    private static readonly Refusal Full = new(ProxyError.Overloaded, "in flight: RateLimits:InFlight:PerUser");

    private readonly Dictionary<(string Issuer, string Subject), int> _now;
    private readonly Lock _lock;
    private readonly Func<object, Task> _leave;
    private readonly int _most;

    /// <param name="options">How many may be.</param>
    /// <param name="earlier">The step of the configuration before, whose requests are still under way.</param>
    public InFlightOfUserStep(RateLimitOptions options, InFlightOfUserStep? earlier = null)
    {
        (_most, _now, _lock) = (options.InFlight.PerUser, earlier?._now ?? [], earlier?._lock ?? new Lock());
        _leave = LeaveAsync; // made once, not for each request
    }

    public string Name => "user in flight";

    /// <summary>Users with a request under way.</summary>
    internal int Users
    {
        get
        {
            lock (_lock)
                return _now.Count;
        }
    }

    public ValueTask<Verdict> JudgeAsync(HttpContext context)
    {
        var caller = context.Features.GetRequiredFeature<Caller>();
        if (!TryEnter((caller.Issuer, caller.Subject)))
            return Verdict.Refuse(Full);
        context.Response.OnCompleted(_leave, caller);
        return Verdict.Pass;
    }

    private bool TryEnter((string Issuer, string Subject) user)
    {
        lock (_lock)
        {
            ref var now = ref CollectionsMarshal.GetValueRefOrAddDefault(_now, user, out _);
            if (now >= _most)
                return false;
            now++;
            return true;
        }
    }

    private Task LeaveAsync(object state)
    {
        var caller = (Caller)state;
        var user = (caller.Issuer, caller.Subject);
        lock (_lock)
        {
            // Who has none under way is not remembered: the table never holds more users than there are requests.
            if (--CollectionsMarshal.GetValueRefOrNullRef(_now, user) == 0)
                _now.Remove(user);
        }

        return Task.CompletedTask;
    }
}
