using Fabraix.Proxy.Configuration;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("0s", 0)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("00:00:30", 30)]
    [InlineData("01:30:00", 5400)]
    [InlineData("23:59:59", 86399)]
    public void Reads_a_duration(string text, int seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("1d")]
    [InlineData("1.00:00:00")]
    [InlineData("24:00:00")]
    [InlineData("1:2:3")]
    [InlineData("00:30")]
    [InlineData("00:00:30.5")]
    [InlineData("-30s")]
    [InlineData("+30s")]
    [InlineData(" 30s")]
    [InlineData("30 s")]
    [InlineData("30S")]
    [InlineData("1.5h")]
    [InlineData("1e3s")]
    [InlineData("30ms")]
    [InlineData("1000001s")]
    [InlineData("99999999999s")]
    [InlineData("٣٠s")]
    public void Refuses_what_has_no_plain_unit_or_is_out_of_all_bounds(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(1, "1s")]
    [InlineData(60, "1m")]
    [InlineData(90, "90s")]
    [InlineData(600, "10m")]
    [InlineData(86400, "24h")]
    [InlineData(0, "0s")]
    public void Writes_the_longest_unit_that_fits_evenly(int seconds, string text) => Assert.Equal(text, Durations.Write(TimeSpan.FromSeconds(seconds)));

    [Property]
    public FsCheck.Property Reads_what_it_writes() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), static seconds =>
        Durations.TryParse(Durations.Write(TimeSpan.FromSeconds(seconds)), out var read) && read == TimeSpan.FromSeconds(seconds));
}
