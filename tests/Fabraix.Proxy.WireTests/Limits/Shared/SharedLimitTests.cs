using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>Limits that several replicas keep together, in a real Redis. A minute is five seconds here, so that there are edges to see.</summary>
[Collection(RunAlone.Name)]
public sealed class SharedLimitTests
{
    private const int Shorter = 12;
    private const int Quota = 60;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1) / Shorter;

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(3, 0.05)]
    public async Task Admit_what_the_limit_says_over_the_edges_of_windows(int count, double tolerance)
    {
        await using var server = await RedisServer.StartAsync();
        await using var replicas = await LimitedReplicas.StartAsync(count, server.Store, Shorter, keyPerMinute: 100_000, setup => setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = Quota.ToString());
        using var demand = new Demand(replicas) { Disguised = true };

        await demand.RunAsync(2.5 * Window, ("one", 60, ["check", "event"]));

        var admitted = demand.Answers.Where(asked => asked.Admitted).Select(asked => asked.At).ToList();
        Assert.All(demand.Answers, asked => Assert.True(asked.Admitted || asked.Code == "user_rate_limited", $"{asked}"));
        Assert.InRange(Windows.Most(admitted, Window), 1, Quota * (1 + tolerance) + 1);
        Assert.InRange(admitted.Count, Windows.Exact(demand.Answers.Select(asked => asked.At), Quota, Window) * (1 - tolerance) - 1, double.MaxValue);
    }
}
