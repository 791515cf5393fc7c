using System.Collections;
using Fabraix.Proxy.Configuration;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class SourcesTests
{
    private static readonly string[] Secrets =
        ["FABRAIX_API_KEY", "FABRAIX_", "Fabraix", "FABRAIXKEY", "AWS_SECRET_ACCESS_KEY", "PATH", "HOME", "DOTNET_ROOT", "ConnectionStrings__x", "Authentication__Schemes__Bearer__Secret", "VAULT_TOKEN"];

    [Fact]
    public void Replaces_a_list_of_an_earlier_source_by_a_shorter_one()
    {
        var settings = Sample.Accepted(
            Sample.With("Fabraix:Browser:Origins", """["https://one.example", "https://two.example", "https://three.example"]"""),
            """{"Fabraix": {"Browser": {"Origins": ["https://four.example"]}}}""");

        Assert.Equal(["https://four.example"], settings.Browser.Origins);
    }

    [Fact]
    public void Empties_a_list_by_an_empty_one() =>
        Assert.Empty(Sample.Accepted(Sample.Good, """{"Fabraix": {"Browser": {"Origins": []}}}""").Browser.Origins);

    [Fact]
    public void Replaces_the_default_of_a_list_instead_of_adding_to_it() =>
        Assert.Equal(["ES384"], Assert.Single(Sample.Accepted(Sample.With("Fabraix:Tokens:Issuers:main:Algorithms", "[\"ES384\"]")).Tokens.Issuers).Algorithms);

    [Fact]
    public void Replaces_a_list_of_a_file_by_one_of_the_environment()
    {
        var settings = Read(
            Sample.With("Fabraix:Browser:Origins", """["https://one.example", "https://two.example"]"""),
            ("Fabraix__Browser__Origins__0", "https://three.example"));

        Assert.Equal(["https://three.example"], settings.Settings!.Browser.Origins);
    }

    [Fact]
    public void Orders_a_list_of_the_environment_by_number()
    {
        var audiences = Enumerable.Range(0, 12).Select(i => ($"Fabraix__Tokens__Issuers__main__Audiences__{i}", (string?)$"aud-{i}")).Reverse().ToArray();

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"aud-{i}"), Assert.Single(Read(Sample.Good, audiences).Settings!.Tokens.Issuers).Audiences);
    }

    [Theory]
    [InlineData("Fabraix__Upstream__Address")]
    [InlineData("FABRAIX__UPSTREAM__ADDRESS")]
    [InlineData("fabraix__upstream__address")]
    public void Puts_a_variable_over_a_file(string name) =>
        Assert.Equal(new Uri("https://other.example"), Read(Sample.Good, (name, "https://other.example")).Settings!.Upstream.Address);

    [Fact]
    public void Builds_an_issuer_from_variables_alone()
    {
        var reading = Read(
            Sample.Shipped,
            ("Fabraix__Tokens__Issuers__main__Issuer", "https://login.example.com/"),
            ("Fabraix__Tokens__Issuers__main__Audiences__0", "fabraix-proxy"),
            ("Fabraix__Tokens__Issuers__main__Jwks", "https://login.example.com/jwks.json"));

        Assert.Empty(Sample.Shown(reading.Mistakes));
        Assert.Equal("https://login.example.com/", Assert.Single(reading.Settings!.Tokens.Issuers).Issuer);
    }

    [Fact]
    public void Disables_a_shipped_route()
    {
        var settings = Sample.Accepted(Sample.Shipped, Sample.IssuerAndOrigin, """{"Fabraix": {"Routes": {"check": {"Enabled": false}}}}""");

        Assert.Equal(["event", "register-agent-run"], settings.Routes.Select(rule => rule.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Disables_a_shipped_route_from_the_environment() =>
        Assert.Equal(["event"], Read(Sample.Good, ("Fabraix__Routes__check__Enabled", "false")).Settings!.Routes.Select(rule => rule.Name));

    [Fact]
    public void Refuses_an_unknown_variable_of_the_section_by_its_path()
    {
        var mistake = Assert.Single(Read(Sample.Good, ("Fabraix__Upstreem__Address", "https://other.example")).Mistakes);

        Assert.Equal(("Fabraix:Upstreem", "Did you mean Upstream?"), (mistake.Path, mistake.Set));
    }

    [Fact]
    public void Refuses_the_variable_that_trusts_any_clients_word()
    {
        var mistake = Assert.Single(Read(Sample.Good, ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")).Mistakes);

        Assert.Equal("ASPNETCORE_FORWARDEDHEADERS_ENABLED", mistake.Path);
    }

    [Fact]
    public void Never_lets_a_variable_without_a_known_prefix_in()
    {
        var variables = new Hashtable();
        foreach (var name in Secrets)
            variables[name] = "secret";

        Assert.Empty(ConfigurationSources.KnownVariables(variables));
    }

    [Theory]
    [InlineData("Fabraix__Management__Url", "Fabraix:Management:Url")]
    [InlineData("Kestrel__Endpoints__Main__Url", "Kestrel:Endpoints:Main:Url")]
    [InlineData("Logging__LogLevel__Default", "Logging:LogLevel:Default")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("AllowedHosts", "AllowedHosts")]
    [InlineData("ASPNETCORE_URLS", "ASPNETCORE_URLS")]
    [InlineData("DOTNET_RUNNING_IN_CONTAINER", "DOTNET_RUNNING_IN_CONTAINER")]
    public void Lets_a_variable_with_a_known_prefix_in(string name, string path) =>
        Assert.Equal([KeyValuePair.Create(path, (string?)"value")], ConfigurationSources.KnownVariables(new Hashtable { [name] = "value" }));

    [Fact]
    public void Lays_the_file_of_config_over_the_shipped_one()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.json", Sample.With("Fabraix:Upstream:Address", "\"https://mine.example\"", Sample.IssuerAndOrigin));

        var settings = ProxySettings.Read(ConfigurationSources.Load(file)).Settings!;

        Assert.Equal(new Uri("https://mine.example"), settings.Upstream.Address);
        Assert.Equal(3, settings.Routes.Count);
    }

    [Fact]
    public void Names_the_file_and_the_place_of_malformed_json()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.json", "{\n  \"Fabraix\": {\n    \"Upstream\" \"x\"\n  }\n}\n");

        var broken = Assert.Throws<InvalidDataException>(() => ConfigurationSources.Load(file));

        Assert.Contains(file, broken.Message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 2", broken.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> TooMuch => new()
    {
        { $"{{\"a\": \"{new string('x', 1024 * 1024)}\"}}", "It is larger than 1 MiB." },
        { $"{{\"a\": [{string.Join(',', Enumerable.Range(0, 5001))}]}}", "It holds more than 5000 values." },
        { $"{{\"{new string(':', 33)}\": 1}}", "A name in it has more than 32 levels." },
        { $"{{\"{string.Concat(Enumerable.Repeat("\\u003a", 33))}\": 1}}", "A name in it has more than 32 levels." },
        { "/dev/zero", "It is larger than 1 MiB." },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void Takes_no_file_apart_that_is_far_more_than_a_configuration(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        var file = text.StartsWith('/') ? text : folder.Write("large.json", text);

        var (configuration, problem) = ConfigurationSources.TryLoad(file);

        Assert.Null(configuration);
        Assert.Equal($"Failed to load configuration from file '{file}'. {reason}", problem);
    }

    [Fact]
    public void Reads_a_file_with_a_mark_of_its_order_of_bytes_and_comments()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("marked.json", "\uFEFF// why\n" + Sample.IssuerAndOrigin.TrimEnd().TrimEnd('}') + ",}");

        Assert.Null(ConfigurationSources.TryLoad(file).Problem);
    }

    private static SettingsReading Read(string json, params (string Name, string? Value)[] variables)
    {
        var environment = new Hashtable();
        foreach (var (name, value) in variables)
            environment[name] = value;
        return ProxySettings.Read(new ConfigurationBuilder().AddConfiguration(Sample.Load(json)).AddInMemoryCollection(ConfigurationSources.KnownVariables(environment)).Build());
    }
}
