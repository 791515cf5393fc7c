using Fabraix.Proxy.Commands;

namespace Fabraix.Proxy.Tests.Commands;

public sealed class RuntimeVersionTests
{
    [Theory]
    [InlineData("10.0.12")]
    [InlineData("10.0.0")]
    [InlineData("9.0.20")]
    public void Warns_of_an_old_one(string runtime) => Assert.Equal(".NET", Assert.Single(RuntimeVersion.Judge(Version.Parse(runtime))).Path);

    [Theory]
    [InlineData("10.0.13")]
    [InlineData("10.1.0")]
    [InlineData("11.0.0")]
    public void Has_nothing_to_say_of_a_new_one(string runtime) => Assert.Empty(RuntimeVersion.Judge(Version.Parse(runtime)));

    [Theory]
    [InlineData("10.0.14+5e2d1a", "10.0.14")]
    [InlineData("10.0.13-servicing.26501.1", "10.0.13")]
    public void Reads_what_ASP_NET_Core_says_of_itself(string informational, string version) => Assert.Equal(Version.Parse(version), RuntimeVersion.Read(informational));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("main")]
    public void Goes_by_the_core_library_where_it_says_nothing(string? informational) => Assert.Equal(Environment.Version, RuntimeVersion.Read(informational));

    [Fact]
    public void Has_a_version_of_ASP_NET_Core_to_judge() => Assert.Equal(10, RuntimeVersion.Current.Major);
}
