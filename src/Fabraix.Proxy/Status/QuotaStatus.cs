using Fabraix.Proxy.RateLimiting;

namespace Fabraix.Proxy.Status;

/// <summary>One window that all users draw on.</summary>
/// <param name="Of">Whose: a key's name, <c>key/route</c> for what a route has reserved of it, <c>route/name</c> for a route's own limit.</param>
/// <param name="Span">minute or hour.</param>
/// <param name="Used">Requests within the window, as far as this replica knows.</param>
/// <param name="Limit">Requests that it takes.</param>
/// <param name="History">The most that was used in each minute of the last hour; null where this process did not look.</param>
internal sealed record QuotaStatus(string Of, string Span, int Used, int Limit, IReadOnlyList<int?> History)
{
    public static IReadOnlyList<QuotaStatus> All(LimitPlan plan, ILimiter limiter, QuotaHistory history) =>
        [.. plan.Shared.Select((window, i) => One(window, limiter.UsedOf(i), history))];

    private static QuotaStatus One(Window window, int used, QuotaHistory history)
    {
        // A configured name may have a dash in it, too.
        var dash = window.Name.LastIndexOf('-');
        history.Note(window.Name, used);
        return new QuotaStatus(window.Name[..dash], window.Name[(dash + 1)..], used, window.Quota, history.Of(window.Name));
    }
}
