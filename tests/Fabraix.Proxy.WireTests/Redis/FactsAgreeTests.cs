using Fabraix.Proxy.Facts;
using Fabraix.TestKit.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fabraix.Proxy.WireTests.Redis;

/// <summary>Two replicas with a Redis know together what one without knows alone, whatever is noted at which of them, and in which order.</summary>
[Collection(RunAlone.Name)]
public sealed class FactsAgreeTests
{
    private const int Steps = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task With_what_one_replica_knows_by_itself(int seed)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);
        var (random, replicas, alone) = (new Random(seed), new[] { new Replica(store), new Replica(store) }, new MemoryFacts(1000, 1000, TimeProvider.System));
        var facts = Enumerable.Range(0, 40).Select(i => Fact.Of("test", $"{i}")).ToArray();

        for (var i = 0; i < Steps; i++)
        {
            var (replica, fact, until) = (replicas[random.Next(2)], facts[random.Next(facts.Length)], TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1 + random.Next(10)));
            switch (random.Next(3))
            {
                case 0:
                    var seen = Fact.Of("seen", fact.ToString());
                    Assert.Equal(await alone.TryAddAsync(seen, until, "holder"), await replica.Seen.TryAddAsync(seen, until, "holder"));
                    break;
                case 1:
                    var value = random.Next(100);
                    alone.Add(fact, value, until);
                    replica.Known.Add(fact, value, until);
                    Assert.True(await replica.Known.TellAsync());
                    foreach (var other in replicas) await other.FollowAsync();
                    break;
                default:
                    Assert.Equal((alone.TryFind(fact, out var expected), expected), (replica.Known.TryFind(fact, out var found), found));
                    break;
            }
        }

        Assert.Equal(alone.Any, replicas[0].Known.Any);
        Assert.All(facts, fact => Assert.All(replicas, replica => Assert.Equal((alone.TryFind(fact, out var expected), expected), (replica.Known.TryFind(fact, out var found), found))));
    }

    [Fact]
    public async Task Refuses_what_is_beyond_the_room_and_still_knows_it_where_it_was_noted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await StoreUnderTest.StartAsync(redis.Store);
        var (first, second) = (new Replica(store, most: 3), new Replica(store, most: 3));
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        foreach (var (replica, i) in new[] { (first, 1), (first, 2), (second, 3), (second, 4) }) replica.Known.Add(Fact.Of("test", $"{i}"), 0, until);

        Assert.True(await first.Known.TellAsync());
        Assert.False(await second.Known.TellAsync());
        await first.FollowAsync();
        Assert.True(second.Known.TryFind(Fact.Of("test", "4"), out _));
        Assert.Equal(1, Enumerable.Range(3, 2).Count(i => first.Known.TryFind(Fact.Of("test", $"{i}"), out _)));
    }

    /// <summary>What one replica has of facts.</summary>
    private sealed class Replica
    {
        public Replica(StoreUnderTest store, int most = 1000)
        {
            var shared = new SharedFacts(store.Store, TimeProvider.System, NullLogger<RedisKnownFacts>.Instance);
            Seen = shared.Seen(new MemoryFacts(most, most, TimeProvider.System), TimeSpan.Zero);
            Known = shared.Known("test", new MemoryFacts(most, most, TimeProvider.System), most);
        }

        public ISeenFacts Seen { get; }

        public IKnownFacts Known { get; }

        public Task FollowAsync() => ((RedisKnownFacts)Known).FollowAsync();
    }
}
