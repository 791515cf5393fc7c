using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Health;

/// <summary><c>Fabraix:Stop</c>: what happens between SIGTERM and the end. Both together must be less than what the orchestrator waits (<c>terminationGracePeriodSeconds</c>).</summary>
internal sealed record StopOptions
{
    /// <summary>
    /// How long requests are still taken after readiness says no, so that load balancers notice. Default 5 seconds, from 0 seconds to 5 minutes. Shorter
    /// than a balancer takes to notice, its users' requests are refused.
    /// </summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long requests under way may take after that, before they are cut. Default 30 seconds, from 1 second to 1 hour.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    public static StopOptions Read(SectionReader section)
    {
        var options = new StopOptions
        {
            DrainDelay = section.Duration("DrainDelay", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            Grace = section.Duration("Grace", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
        section.RefuseUnknownKeys();
        return options;
    }
}
