using Fabraix.Proxy.Facts;

namespace Fabraix.Proxy.Tests.Facts;

/// <summary>What replicas tell each other is read strictly: others may have written it.</summary>
public sealed class FactEntryTests
{
    private static readonly Fact One = Fact.Of("kind", "a");

    [Theory]
    [InlineData(0, 1_800_000_000_000)]
    [InlineData(1_800_000_000_000, 1_800_000_000_001)]
    public void Reads_what_it_wrote(long value, long until)
    {
        var entry = new FactEntry(One, value, DateTimeOffset.FromUnixTimeMilliseconds(until));

        Assert.True(FactEntry.TryParse(entry.ToString(), out var read));
        Assert.Equal(entry, read);
    }

    /// <summary>Else whoever tells it again would tell another one.</summary>
    [Fact]
    public void Ends_at_a_whole_millisecond_and_no_sooner()
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000).AddTicks(1);
        Assert.True(FactEntry.TryParse(new FactEntry(One, 0, until).ToString(), out var read));

        Assert.Equal(1_800_000_000_001, read.Until.ToUnixTimeMilliseconds());
        Assert.True(FactEntry.TryParse(read.ToString(), out var again));
        Assert.Equal(read, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{0}")]
    [InlineData("{0}.1")]
    [InlineData("{0}.1.2.3")]
    [InlineData("{0}.1. 2")]
    [InlineData("{0}.-1.2")]
    [InlineData("{0}.+1.2")]
    [InlineData("{0}.01.2")]
    [InlineData("{0}.1e3.2")]
    [InlineData("{0}.1.253402300799001")]
    [InlineData("{0}.1000000000000000.2")]
    [InlineData("{0}.99999999999999999999.2")]
    [InlineData("{0}=.1.2")]
    [InlineData("A{0}.1.2")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB.1.2")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA.1.2")]
    public void Reads_nothing_else(string text) =>
        Assert.False(FactEntry.TryParse(text.Replace("{0}", One.ToString(), StringComparison.Ordinal), out _));
}
