using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using StackExchange.Redis;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>The script answers with what it finds in Redis, where others may have written.</summary>
public sealed class LimitScriptReadTests
{
    private static readonly LimitPlan Plan = Limiters.Plan();
    private static readonly LimitScript Script = new(name => name, Plan);

    [Fact]
    public void Reads_numbers() => Assert.Equal(LimitOutcome.Admitted, Read(RedisResult.Create((RedisValue)7))?.Outcome);

    [Fact]
    public void Reads_nothing_from_a_text() => Assert.Null(Read(RedisResult.Create((RedisValue)"abc")));

    [Fact]
    public void Reads_nothing_from_a_list() => Assert.Null(Read(RedisResult.Create([RedisResult.Create((RedisValue)7)])));

    [Fact]
    public void Reads_nothing_from_a_gap() => Assert.Null(Read(RedisResult.Create(RedisValue.Null)));

    private static LimitAnswer? Read(RedisResult used)
    {
        RedisResult[] told = [.. new long[] { 0, 0, 0, 1, 0, 0, 0, 0 }.Select(number => RedisResult.Create((RedisValue)number)), used];
        return Script.Read(Plan.Question(), RedisResult.Create(told), new int[Plan.Shared.Length]);
    }
}
