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
}
