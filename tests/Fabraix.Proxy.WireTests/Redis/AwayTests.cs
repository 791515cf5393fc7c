using System.Globalization;
using Fabraix.TestKit;
using Fabraix.TestKit.Redis;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>Each way in which Redis can be away: nobody waits longer than the limit for it, nothing is thrown, and it comes back by itself.</summary>
[Collection(RunAlone.Name)]
public sealed class AwayTests
{
    [Fact]
    public async Task Starts_without_Redis_and_finds_it_later()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await Bounds.UntilAsync(() => store.Store.Problem!.Contains("cannot be reached", StringComparison.Ordinal), "the reason");
        await store.AssertAsksNobodyAsync();
        await redis.RestartAsync();
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Comes_back_after_Redis_was_killed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);
        await store.AnswersAsync();

        await redis.KillAsync();
        await AssertAwayAsync(store, "cannot be reached");
        await redis.RestartAsync();
        await store.UntilBackAsync();
        Assert.Equal([1900, 1901], store.Logs.Lines.Select(line => line.Id.Id).Where(id => id is 1900 or 1901).TakeLast(2));
    }

    [Fact]
    public async Task Comes_back_after_Redis_was_suspended()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await redis.SuspendAsync();
        await AssertAwayAsync(store, "does not answer within 50 ms");
        await store.ProbesFailAsync(8);
        await store.AssertAsksNobodyAsync();
        await redis.ResumeAsync();
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Comes_back_after_Redis_was_read_only()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await redis.ReadOnlyAsync(on: true);
        await store.UntilAwayAsync();
        await store.AssertAsksNobodyAsync();
        await store.ProbesFailAsync(10);
        Assert.False(store.Store.IsUp);
        await redis.ReadOnlyAsync(on: false);
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Comes_back_after_Redis_had_no_memory()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await AssertAwayAsync(store, "is out of memory (OOM)");
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Is_away_while_each_answer_is_slow_and_does_not_come_and_go()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var relay = SlowRelay.Start(redis.Port);
        await using var store = await StoreUnderTest.StartAsync($"redis:127.0.0.1:{relay.Port}");
        await store.AnswersAsync();

        relay.Delay = TimeSpan.FromMilliseconds(120);
        await AssertAwayAsync(store, "does not answer within 50 ms");
        await store.ProbesFailAsync(8);
        Assert.False(store.Store.IsUp);
        Assert.Equal(1, store.Logs.Lines.Count(line => line.Id.Id == 1900));
        relay.Delay = TimeSpan.Zero;
        await store.UntilBackAsync();
    }

    [Fact]
    public async Task Learns_its_scripts_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);

        await store.AnswersAsync();
        await redis.CommandAsync("SCRIPT", "FLUSH");
        await store.AnswersAsync();
        await redis.FlushAsync();
        await store.AnswersAsync();
        Assert.True(store.Store.IsUp);
    }

    [Fact]
    public async Task Takes_one_round_trip_for_a_question()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);
        await store.CountAsync();
        await redis.CommandAsync("CONFIG", "RESETSTAT");
        for (var i = 0; i < 100; i++) await store.CountAsync();

        var commands = (await redis.CommandAsync("INFO", "commandstats")).Split('\n').Select(line => line.Split(':')).Where(line => line.Length == 2)
            .ToDictionary(line => line[0], line => int.Parse(line[1].Split(['=', ','])[1], CultureInfo.InvariantCulture));
        Assert.InRange(commands["cmdstat_evalsha"], 100, 102);
        Assert.DoesNotContain("cmdstat_eval", commands.Keys);
        Assert.DoesNotContain("cmdstat_script|load", commands.Keys);
    }

    private static async Task AssertAwayAsync(StoreUnderTest store, string words)
    {
        var longest = await store.UntilAwayAsync();

        Assert.True(longest < TimeSpan.FromMilliseconds(250), $"a question took {longest}");
        Assert.Contains(words, store.Store.Problem, StringComparison.Ordinal);
        await store.AssertAsksNobodyAsync();
    }
}
