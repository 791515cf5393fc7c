using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Limits.Shared;

/// <summary>What becomes of the limits while Redis fails under load: three replicas, a user who wants twice the limit, a minute that is two seconds long.</summary>
[Collection(RunAlone.Name)]
public sealed class StoreFaultTests
{
    private const int Shorter = 30;
    private const int Quota = 60;
    private const int PerWindow = 2 * Quota;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1) / Shorter;

    private static readonly Dictionary<string, (Func<RedisServer, SlowRelay, Task> Break, Func<RedisServer, SlowRelay, Task> Mend)> Faults = new()
    {
        ["killed"] = ((server, _) => server.KillAsync(), (server, _) => server.RestartAsync()),
        ["stopped"] = ((server, _) => server.SuspendAsync(), (server, _) => server.ResumeAsync()),
        ["read-only"] = ((server, _) => server.ReadOnlyAsync(true), (server, _) => server.ReadOnlyAsync(false)),
        ["flushed"] = ((server, _) => server.FlushAsync(), (_, _) => Task.CompletedTask),
        ["slow"] = ((_, relay) => Slow(relay, 200), (_, relay) => Slow(relay, 0)),
        ["restarted"] = ((server, _) => server.RestartAsync(), (_, _) => Task.CompletedTask),
    };

    /// <summary>Two at once, each with a Redis and replicas of its own: most of the time is waiting.</summary>
    [Theory]
    [InlineData("killed", "flushed")]
    [InlineData("stopped", "restarted")]
    [InlineData("read-only", "slow")]
    public Task Keeps_limits_within_a_factor_of_two_and_answers_on(string one, string other) => Task.WhenAll(RunAsync(one), RunAsync(other));

    private static async Task RunAsync(string fault)
    {
        await using var server = await RedisServer.StartAsync();
        await using var relay = SlowRelay.Start(server.Port);
        await using var replicas = await LimitedReplicas.StartAsync(3, $"redis:127.0.0.1:{relay.Port}", Shorter, keyPerMinute: 100_000, setup => setup.Settings["Fabraix:RateLimits:PerUser:PerMinute"] = Quota.ToString());
        using var demand = new Demand(replicas);
        var load = demand.RunAsync(4 * Window, ("one", PerWindow / Window.TotalSeconds, ["check"]));

        await Bounds.UntilAsync(() => demand.Count >= PerWindow, $"{fault}: a window before it");
        await Faults[fault].Break(server, relay);
        await Bounds.UntilAsync(() => demand.Count >= 2.5 * PerWindow, $"{fault}: answers while it lasts");
        await Faults[fault].Mend(server, relay);
        await Bounds.UntilAsync(
            async () => (await Task.WhenAll(replicas.All.Select(LimitedReplicas.StoreAsync))).All(state => state.Up),
            $"{fault}: all replicas to ask Redis again",
            TimeSpan.FromSeconds(5),
            every: TimeSpan.FromMilliseconds(100));
        await load;

        var admitted = demand.Answers.Where(asked => asked.Admitted).Select(asked => asked.At).ToList();
        Assert.All(demand.Answers, asked => Assert.True(asked.Admitted || asked.Code == "user_rate_limited", $"{fault}: {asked}"));
        Assert.True(Windows.Most(admitted, Window) <= 2 * Quota, $"{fault}: {Windows.Most(admitted, Window)} in a window");
        Assert.True(admitted.Count is >= 4 * Quota / 2 and <= 4 * Quota * 2, $"{fault}: {admitted.Count} in all");
    }

    private static Task Slow(SlowRelay relay, int milliseconds)
    {
        relay.Delay = TimeSpan.FromMilliseconds(milliseconds);
        return Task.CompletedTask;
    }
}
