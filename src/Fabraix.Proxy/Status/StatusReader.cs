using System.Runtime.InteropServices;
using Fabraix.Proxy.Circuit;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Redis;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Telemetry;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Status;

/// <summary>Puts the report together, of what every folder knows of itself.</summary>
internal sealed class StatusReader(
    Configured configured,
    RouteTable routes,
    KeyRing keys,
    IssuerRegistry issuers,
    LimitPlan plan,
    ILimiter limiter,
    InFlightStep inFlight,
    CircuitBreaker circuit,
    Readiness readiness,
    ReloadState reloads,
    DecisionTally tally,
    QuotaHistory history,
    TimeProvider time,
    RedisStore? store = null)
{
    public StatusReport Read()
    {
        var (ready, decisions) = (readiness.Report(), tally.All.ToList());
        var refusals = RefusalStatus.From(decisions);
        return new StatusReport
        {
            Status = ready.Status,
            Degraded = ready.Degraded,
            Now = time.GetUtcNow(),
            StartedAt = tally.Since,
            Build = new BuildStatus(BuildVersion.Version, BuildVersion.Commit, RuntimeInformation.FrameworkDescription),
            Configuration = new RevisionStatus(reloads.AcceptedAt, reloads.Problem),
            Requests = new RequestStatus(inFlight.Now, configured.MostInFlight, decisions.FirstOrDefault(decision => decision.Code == RequestRecord.Forwarded)?.LastHour ?? 0, refusals.Sum(refusal => refusal.LastHour)),
            Upstream = new UpstreamStatus(configured.Upstream, Word(circuit.State), circuit.Problem),
            Store = new StoreStatus(store is null ? "memory" : "redis", store?.IsUp, store?.Replicas ?? 1, store?.Problem),
            Quotas = QuotaStatus.All(plan, limiter, history),
            Keys = [.. keys.All.OrderBy(slot => slot.Options.Name, StringComparer.Ordinal).Select(KeyStatus.Of)],
            Issuers = [.. issuers.All.Select(IssuerStatus.Of)],
            Refusals = refusals,
            Routes = [.. routes.Rules.Select(RouteStatus.Of)],
            Settings = configured.Settings(),
        };
    }

    private static string Word(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        _ => "half open",
    };
}
