namespace Fabraix.Proxy.Tests.Configuration;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("https://proxy.example.com")]
    [InlineData("proxy.example.com:8080")]
    [InlineData("a.example.com,proxy.example.com")]
    [InlineData("proxy.example.com/")]
    [InlineData("proxy.example.com.")]
    [InlineData(".example.com")]
    [InlineData("*example.com")]
    [InlineData("*.")]
    [InlineData("proxy.*.com")]
    [InlineData("a b.example.com")]
    [InlineData("bücher.example")]
    [InlineData("::1")]
    [InlineData("[proxy]")]
    [InlineData("[::1]:8080")]
    [InlineData("user@proxy.example.com")]
    public void Refuses_an_entry_that_no_request_could_name(string entry)
    {
        var mistake = Assert.Single(Sample.Read(Sample.With("AllowedHosts", $"\"good.example.com;{entry}\"")).Mistakes);

        Assert.Equal("AllowedHosts", mistake.Path);
        Assert.Contains("entry 2", mistake.Wrong, StringComparison.Ordinal);
        Assert.Contains("separated by semicolons", mistake.Set, StringComparison.Ordinal);
        Assert.DoesNotContain(entry, mistake.Wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" ; ;")]
    public void Refuses_a_value_that_names_no_host_instead_of_taking_any(string value)
    {
        var mistake = Assert.Single(Sample.Read(Sample.With("AllowedHosts", $"\"{value}\"")).Mistakes);

        Assert.Equal("AllowedHosts", mistake.Path);
        Assert.Contains("* for any", mistake.Set, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy.example.com")]
    [InlineData("Proxy.Example.COM")]
    [InlineData("localhost")]
    [InlineData("my_host")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("*.example.com")]
    public void Takes_names_addresses_and_names_under_a_domain(string entry) =>
        Assert.Equal([entry, "other.example.com"], Sample.Accepted(Sample.With("AllowedHosts", $"\"{entry}; other.example.com;\"")).Edge.AllowedHosts);

    [Fact]
    public void Takes_any_host_where_nothing_is_said() => Assert.Empty(Sample.Accepted(Sample.With("AllowedHosts", null)).Edge.AllowedHosts);
}
