using Fabraix.Proxy.Edge;

namespace Fabraix.Proxy.Tests.Edge;

/// <summary>Past the files or the memory that it may have, the process dies: the cap stays below both.</summary>
public sealed class ConnectionCapTests
{
    private const long Gibibyte = 1024L * 1024 * 1024;

    [Theory]
    [InlineData(1_048_576L, 10_000)]
    [InlineData(null, 10_000)]
    [InlineData(20_512L, 10_000)]
    [InlineData(4_096L, 1_792)]
    [InlineData(1_024L, 256)]
    [InlineData(300L, 16)]
    public void Leaves_a_file_for_the_upstream_and_some_for_the_rest(long? files, int cap) => Assert.Equal(cap, ConnectionCap.Of(files, 8 * Gibibyte));

    [Theory]
    [InlineData(128, 512)]
    [InlineData(256, 1_024)]
    [InlineData(4_096, 10_000)]
    public void Takes_a_quarter_of_the_memory(long mebibytes, int cap) => Assert.Equal(cap, ConnectionCap.Of(1_048_576, mebibytes * 1024 * 1024));

    [Theory]
    [InlineData("Max open files            1024                 1048576              files     ", 1024L)]
    [InlineData("Max open files            4096                 4096                 files     ", 4096L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max open files", null)]
    [InlineData("Max processes             95954                95954                processes ", null)]
    public void Takes_the_limit_that_holds_now(string line, long? files) =>
        Assert.Equal(files, ConnectionCap.Read(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Fact]
    public void Finds_out_what_this_machine_allows() => Assert.InRange(ConnectionCap.ForThisMachine(), 16, ConnectionCap.Most);
}
