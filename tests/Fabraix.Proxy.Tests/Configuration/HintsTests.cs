using Fabraix.Proxy.Configuration;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>What a mistake says must lead to a configuration without it, not to the next mistake.</summary>
public sealed class HintsTests
{
    private const string Main = "Fabraix:Tokens:Issuers:main";

    [Fact]
    public void Name_a_file_where_a_path_stands_alone() =>
        Assert.Contains("file:/path/jwks.json", Mistake($"{Main}:Jwks", "\"/tmp/jwks.json\"").Set, StringComparison.Ordinal);

    [Fact]
    public void Give_no_path_to_who_forgot_the_scheme_of_the_upstream() =>
        Assert.Equal("Set an absolute URL such as https://dev.fabraix.com.", Mistake("Fabraix:Upstream:Address", "\"dev.fabraix.com\"").Set);

    [Theory]
    [InlineData("Fabraix:Browser:Origins", "[\"https://one.example\", \"https://two.example/\"]", "Fabraix:Browser:Origins:1")]
    [InlineData("Fabraix:Edge:TrustedProxies", "[\"10.0.0.0/8\", \"10.1.0.0/8\"]", "Fabraix:Edge:TrustedProxies:1")]
    [InlineData(Main + ":Algorithms", "[\"ES256\", \"RS256\", \"HS256\"]", Main + ":Algorithms:2")]
    public void Say_which_entry_of_a_list_is_wrong(string at, string json, string path) => Assert.Equal(path, Mistake(at, json).Path);

    [Fact]
    public void Number_an_entry_of_the_environment_as_its_variable_does()
    {
        var mistake = Assert.Single(ProxySettings.Read(new ConfigurationBuilder().AddConfiguration(Sample.Load(Sample.Good)).AddInMemoryCollection([KeyValuePair.Create("Fabraix:Browser:Origins:7", (string?)"x")]).Build()).Mistakes);

        Assert.Equal("Fabraix:Browser:Origins:7", mistake.Path);
    }

    [Theory]
    [InlineData("es256", "is ES256 in another case")]
    [InlineData("Ps512", "is PS512 in another case")]
    [InlineData("HS256", "is not an algorithm that can be accepted")]
    public void Say_where_only_the_case_of_an_algorithm_is_wrong(string name, string says) =>
        Assert.StartsWith(says, Mistake($"{Main}:Algorithms", $"[\"{name}\"]").Wrong, StringComparison.Ordinal);

    private static Mistake Mistake(string at, string json) => Assert.Single(Sample.Read(Sample.With(at, json)).Mistakes);
}
