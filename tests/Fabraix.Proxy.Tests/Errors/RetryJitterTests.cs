using Fabraix.Proxy.Errors;

namespace Fabraix.Proxy.Tests.Errors;

public sealed class RetryJitterTests
{
    // A value of a range of up to thirteen is missing among so many with a chance below 10^-30.
    private const int Tries = 1_000;

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(5, 5, 6)]
    [InlineData(9.2, 10, 12)]
    [InlineData(60, 60, 72)]
    public void Adds_up_to_a_fifth_and_at_least_up_to_a_second(double seconds, int least, int most) =>
        Assert.Equal(Enumerable.Range(least, most - least + 1), Seen(() => RetryJitter.Add(seconds)));

    [Theory]
    [InlineData(0.001)]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(double.NegativeInfinity)]
    public void Never_says_less_than_a_second(double seconds) => Assert.Equal([1, 2], Seen(() => RetryJitter.Add(seconds)));

    [Theory]
    [InlineData(16.0001, 17)]
    [InlineData(29.5, 30)]
    public void Is_never_sooner_than_what_is_waited_for(double seconds, int least) => Assert.Equal(least, Seen(() => RetryJitter.Add(seconds)).First());

    [Theory]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void Stays_a_number_for_a_wait_without_end(double seconds) => Assert.InRange(RetryJitter.Add(seconds), int.MaxValue / 2, int.MaxValue);

    [Fact]
    public void Takes_both_ends_of_a_range() => Assert.Equal([1, 2, 3], Seen(() => RetryJitter.Between(1, 3)));

    private static IEnumerable<int> Seen(Func<int> draw) => Enumerable.Range(0, Tries).Select(_ => draw()).Distinct().Order();
}
