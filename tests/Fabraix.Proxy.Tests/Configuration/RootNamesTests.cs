using Fabraix.Proxy.Configuration;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class RootNamesTests
{
    [Theory]
    [InlineData("Fabriax", "Did you mean Fabraix?")]
    [InlineData("AllowedHost", "Did you mean AllowedHosts?")]
    [InlineData("Kestral", "Did you mean Kestrel?")]
    [InlineData("Tokens", "Put it under Fabraix.")]
    [InlineData("upstream", "Put it under Fabraix.")]
    [InlineData("ConnectionStrings", "Known here: Fabraix, AllowedHosts, Kestrel, Logging.")]
    public void Refuses_a_name_at_the_top_that_nothing_reads(string name, string set)
    {
        var mistake = Assert.Single(Sample.Read(Sample.With(name, """{"MaxLifetime": "5m"}""")).Mistakes);

        Assert.Equal((name, "is not known.", set), (mistake.Path, mistake.Wrong, mistake.Set));
    }

    [Theory]
    [InlineData("$schema", "\"./appsettings.schema.json\"")]
    [InlineData("logging", "{\"LogLevel\": {\"Default\": \"Warning\"}}")]
    [InlineData("Kestrel", "{\"Limits\": {}}")]
    [InlineData("OTEL_SERVICE_NAME", "\"name\"")]
    [InlineData("ASPNETCORE_URLS", "\"http://localhost:9000\"")]
    [InlineData("DOTNET_RUNNING_IN_CONTAINER", "\"true\"")]
    public void Takes_the_names_that_something_reads(string name, string json) => Sample.Accepted(Sample.With(name, json));

    [Theory]
    [InlineData("Fabriax__Tokens__MaxLifetime", "Did you mean Fabraix__Tokens__MaxLifetime?")]
    [InlineData("FABRAX__UPSTREAM__ADDRESS", "Did you mean Fabraix__UPSTREAM__ADDRESS?")]
    [InlineData("Fabraix:Tokens:MaxLifetime", "Write __ for each colon: Fabraix__Tokens__MaxLifetime.")]
    public void Refuses_a_variable_whose_first_name_is_a_slip(string name, string set)
    {
        var findings = Judge(name);

        Assert.Equal((name, set), (Assert.Single(findings.Mistakes).Path, findings.Mistakes[0].Set));
        Assert.Empty(findings.Warnings);
    }

    [Theory]
    [InlineData("Fabraix_Tokens_MaxLifetime")]
    [InlineData("Fabraix_Tokens__MaxLifetime")]
    [InlineData("FABRAIX_UPSTREAM_ADDRESS")]
    [InlineData("Fabriax_Tokens_MaxLifetime")]
    public void Warns_of_a_variable_with_one_underscore_since_it_may_be_anybodys(string name)
    {
        var findings = Judge(name);

        Assert.Empty(findings.Mistakes);
        Assert.Equal(name, Assert.Single(findings.Warnings).Path);
    }

    [Theory]
    [InlineData("Fabraix__Tokens__MaxLifetime")]
    [InlineData("FABRAIX__TOKENS__MAXLIFETIME")]
    [InlineData("FABRAIX_API_KEY")]
    [InlineData("FABRAIX_PROXY_SERVICE_HOST")]
    [InlineData("FABRAIX")]
    [InlineData("Fabric_ApplicationName")]
    [InlineData("FABRIC__LOG")]
    [InlineData("KEYS__TOKENS")]
    [InlineData("PATH")]
    [InlineData("_")]
    [InlineData("")]
    public void Leaves_other_variables_alone(string name)
    {
        var findings = Judge(name);

        Assert.Empty(findings.Mistakes.Concat(findings.Warnings));
    }

    [Theory]
    [InlineData("Fabraix:Keys:default:Secret", "\"env:FABRAIX_KEYS_PROD\"")]
    [InlineData("Fabraix:Tokens:NonceSecret", "\"env:FABRAIX_KEYS_PROD\"")]
    [InlineData("Fabraix:Mint:SigningKeys", "[\"env:FABRAIX_KEYS_PROD\"]")]
    [InlineData("Fabraix:Mint:Clients:web-backend:Secret", "\"env:FABRAIX_KEYS_PROD\"")]
    public void Leaves_the_variable_of_every_secret_alone(string path, string value)
    {
        var around = new Surroundings(["FABRAIX_KEYS_PROD"], "http://localhost:8080", "by default");

        Assert.DoesNotContain(ProxySettings.Read(Sample.Load(Sample.With(path, value, Sample.WithMint)), around).Warnings, IsOfIt);
        Assert.Single(ProxySettings.Read(Sample.Load(Sample.WithMint), around).Warnings, IsOfIt);

        static bool IsOfIt(Mistake warning) => warning.Path == "FABRAIX_KEYS_PROD";
    }

    private static Findings Judge(string name)
    {
        var findings = new Findings();
        RootNames.JudgeVariables([name], ["Upstream", "Keys", "Tokens", "Routes", "Browser", "Edge", "RateLimits", "Management"], findings);
        return findings;
    }
}
