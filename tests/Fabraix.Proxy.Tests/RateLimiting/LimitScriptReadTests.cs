using Fabraix.Proxy.RateLimiting;
using Fabraix.TestKit;
using StackExchange.Redis;

namespace Fabraix.Proxy.Tests.RateLimiting;

/// <summary>The script answers with what it finds in Redis, where others may have written.</summary>
public sealed class LimitScriptReadTests
{
    private const long Now = 5;

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

    /// <summary>What was not looked at stays as old as it is: nobody may take it for the present use.</summary>
    [Fact]
    public void Notes_the_time_of_those_windows_alone_that_were_looked_at()
    {
        var (used, told) = (new int[Plan.Shared.Length], new long[Plan.Shared.Length]);
        Read(RedisResult.Create((RedisValue)(-1)), used, told);

        Assert.Equal(1, told.Count(at => at == Now));
        Assert.Equal(Plan.Shared.Length - 1, told.Count(at => at == 0));
    }

    private static LimitAnswer? Read(RedisResult used) => Read(used, new int[Plan.Shared.Length], new long[Plan.Shared.Length]);

    private static LimitAnswer? Read(RedisResult last, int[] used, long[] told)
    {
        RedisResult[] said = [.. new long[] { 0, 0, 0, 1, 0, 0, 0, 0 }.Select(number => RedisResult.Create((RedisValue)number)), last];
        return Script.Read(Plan.Question(), RedisResult.Create(said), used, told, Now);
    }
}
