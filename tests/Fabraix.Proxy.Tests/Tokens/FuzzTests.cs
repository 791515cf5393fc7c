using System.Text;
using Fabraix.Proxy.Fuzz;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>A short run of the fuzz target; CONTRIBUTING says how to give it an hour. What it found once is a seed or a test.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TokenTarget _target = new();

    public void Dispose() => _target.Dispose();

    [Fact]
    public void Seeds_are_judged_and_the_good_ones_accepted()
    {
        Assert.True(Mutator.Seeds.Count > 10);
        foreach (var seed in Mutator.Seeds)
            _target.Try(seed);

        Assert.Equal(3, _target.Accepted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_a_mutator_makes_of_the_seeds_is_judged(int seed)
    {
        foreach (var input in new Mutator(seed).Next(2000))
            _target.Try(input);

        Assert.InRange(_target.Accepted, 1, 1000);
    }

    [Fact]
    public void A_mutator_makes_the_same_of_the_same_number()
    {
        Assert.Equal(new Mutator(7).Next(50), new Mutator(7).Next(50));
        Assert.NotEqual(new Mutator(7).Next(50), new Mutator(8).Next(50));
    }

    /// <summary>What the target would call a flaw: claims that say otherwise than the caller, here by a name in Latin-1.</summary>
    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused()
    {
        _target.Try(Encoding.Latin1.GetBytes($"s{FuzzIssuer.Header}\n{FuzzIssuer.Payload[..^1]},\"\u00d3ti\":1}}"));

        Assert.Equal(0, _target.Accepted);
    }
}
