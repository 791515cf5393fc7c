using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>
/// One greedy and nine modest users on one key, whose minute is six seconds here: the modest ask for 60 % of the quota together, the greedy one for twice all of it.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class FairShareTests
{
    private const int Shorter = 10;
    private const int Quota = 300;
    private const int WindowsLong = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1) / Shorter;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Gives_the_modest_what_they_ask_and_wastes_nothing(int count)
    {
        await using var server = await RedisServer.StartAsync();
        await using var replicas = await LimitedReplicas.StartAsync(count, server.Store, Shorter, Quota, setup => setup.Settings["Fabraix:Routes:check:Reserve"] = "20");
        using var demand = new Demand(replicas);
        var modest = Enumerable.Range(1, 9).Select(user => ($"modest-{user}", Quota * 0.6 / 9 / Window.TotalSeconds, new[] { "check", "event" }));

        await demand.RunAsync(WindowsLong * Window, [("greedy", Quota * 2 / Window.TotalSeconds, ["check", "event"]), .. modest]);

        Assert.All(demand.Answers, asked => Assert.True(asked.Admitted || asked.Code == "key_quota_exhausted", $"{asked}"));
        Assert.Equal(0, replicas.Upstream.Refused);
        var (theirs, got) = (demand.Answers.Where(asked => asked.User != "greedy").ToList(), demand.Answers.Where(asked => asked.Admitted).ToList());
        Assert.InRange(theirs.Count(asked => asked.Admitted) / (double)theirs.Count, 0.95, 1);
        Assert.InRange(got.Count / (double)(Quota * WindowsLong), 0.95, double.MaxValue);
        Assert.InRange(Windows.Most([.. got.Select(asked => asked.At)], Window), 1, Quota * (count == 1 ? 1.01 : 1.05));
    }

    [Fact]
    public async Task Keeps_the_reserve_of_check_beside_a_flood_of_events()
    {
        await using var server = await RedisServer.StartAsync();
        await using var replicas = await LimitedReplicas.StartAsync(3, server.Store, Shorter, Quota, setup => setup.Settings["Fabraix:Routes:check:Reserve"] = "20");
        using var demand = new Demand(replicas);

        await demand.RunAsync(1.5 * Window, [.. Enumerable.Range(1, 5).Select(user => ($"flood-{user}", Quota / Window.TotalSeconds, new[] { "event" })), ("careful", Quota * 0.15 / Window.TotalSeconds, ["check"])]);

        var checks = demand.Answers.Where(asked => asked.Route == "check").ToList();
        Assert.InRange(checks.Count, 40, 200);
        Assert.InRange(checks.Count(asked => asked.Admitted) / (double)checks.Count, 0.99, 1);
        Assert.Equal(0, replicas.Upstream.Refused);
    }
}
