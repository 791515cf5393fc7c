using Fabraix.Proxy.Simulation;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>The simulation behind docs/limits.md says the same each time, and its picture is that of today's code.</summary>
public sealed class SimulationTests
{
    private static readonly Scenario Small = new("small") { Users = 20, Greedy = 2, PerMinute = 60, Page = 3, ShyHeed = true, Sticky = true };

    [Fact]
    public void Gives_the_same_figures_for_the_same_seed() =>
        Assert.All(PolicyKind.All, policy => Assert.Equal(Run.Of(Small, policy), Run.Of(Small, policy)));

    [Fact]
    public void Gives_others_for_another_seed() =>
        Assert.NotEqual(Run.Of(Small, PolicyKind.Ours), Run.Of(Small with { Seed = 2 }, PolicyKind.Ours));

    [Fact]
    public void Never_sends_more_than_the_quota_where_the_store_is_shared_or_away() =>
        Assert.All([PolicyKind.Ours, PolicyKind.OursAlone], policy => Assert.InRange(Run.Of(Small, policy).Most, 0.5, 1));

    /// <summary>The picture holds the figures of one scenario in words. To make it anew: the command in docs/limits.md.</summary>
    [Fact]
    public void Drew_the_checked_in_picture_with_this_code()
    {
        var figures = Plot.Describe(PolicyKind.All.Select(policy => (policy, Run.Of(Plot.Described, policy))));

        Assert.Contains(figures, File.ReadAllText(Repository.File("docs", "limits.svg")), StringComparison.Ordinal);
    }
}
