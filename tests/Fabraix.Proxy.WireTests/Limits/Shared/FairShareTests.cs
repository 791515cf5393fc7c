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

    /// <summary>Both at once, each with a Redis, a key and users of its own: most of the time is waiting.</summary>
    [Fact]
    public Task Gives_the_modest_what_they_ask_and_wastes_nothing_on_one_replica_and_on_three() => Task.WhenAll(ShareAsync(1), ShareAsync(3));

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

    private static async Task ShareAsync(int count)
    {
        await using var server = await RedisServer.StartAsync();
        await using var replicas = await LimitedReplicas.StartAsync(count, server.Store, Shorter, Quota, setup => setup.Settings["Fabraix:Routes:check:Reserve"] = "20");
        using var demand = new Demand(replicas);
        var modest = Enumerable.Range(1, 9).Select(user => ($"modest-{user}", Quota * 0.6 / 9 / Window.TotalSeconds, new[] { "check", "event" }));

        await demand.RunAsync(WindowsLong * Window, [("greedy", Quota * 2 / Window.TotalSeconds, ["check", "event"]), .. modest]);

        Assert.All(demand.Answers, asked => Assert.True(asked.Admitted || asked.Code == "key_quota_exhausted", $"{count}: {asked}"));
        Assert.True(replicas.Upstream.Refused == 0, $"{count}: the upstream refused {replicas.Upstream.Refused}");
        var (theirs, got) = (demand.Answers.Where(asked => asked.User != "greedy").ToList(), demand.Answers.Where(asked => asked.Admitted).ToList());
        var (share, used) = (theirs.Count(asked => asked.Admitted) / (double)theirs.Count, got.Count / (double)(Quota * WindowsLong));
        Assert.True(share is >= 0.95 and <= 1, $"{count}: the modest got {share} of what they asked");
        Assert.True(used >= 0.95, $"{count}: {used} of the quota was used");
        var most = Windows.Most([.. got.Select(asked => asked.At)], Window);
        Assert.True(most >= 1 && most <= Quota * (count == 1 ? 1.01 : 1.05), $"{count}: {most} in a window");
    }
}
