using Fabraix.Proxy.Keys;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class WarningsTests
{
    private const string Main = "Fabraix:Tokens:Issuers:main";

    [Theory]
    [InlineData("Fabraix:RateLimits:Store", "\"redis:redis.example.com:6379\"", "Fabraix:RateLimits:Store", "without TLS")]
    [InlineData("Fabraix:RateLimits:Store", "\"redis:localhost:6379,10.0.0.1:6379\"", "Fabraix:RateLimits:Store", "without TLS")]
    [InlineData("Fabraix:RateLimits:StorePassword", "\"env:REDIS_PASSWORD\"", "Fabraix:RateLimits:StorePassword", "the store is memory")]
    [InlineData("Fabraix:Browser:Origins", "[\"http://app.example.com\"]", "Fabraix:Browser:Origins:0", "http origin")]
    [InlineData("Fabraix:Browser:Origins", "[]", "Fabraix:Browser:Origins", "is empty")]
    [InlineData("Fabraix:Browser", null, "Fabraix:Browser:Origins", "is empty")]
    [InlineData("Fabraix:Upstream", "{\"Address\": \"http://api.example.com\", \"DangerousAllowHttp\": true}", "Fabraix:Upstream:DangerousAllowHttp", "reads it")]
    [InlineData(Main + ":DangerousAllowHttp", "true", Main + ":DangerousAllowHttp", "forge tokens")]
    public void Warns_of_a_setting_and_accepts_it(string at, string? json, string path, string says)
    {
        var reading = Sample.Read(Sample.With(at, json));

        Assert.NotNull(reading.Settings);
        var warning = Assert.Single(reading.Warnings);
        Assert.Equal(path, warning.Path);
        Assert.Contains(says, warning.Wrong, StringComparison.Ordinal);
    }

    /// <summary>RFC 9449 section 11.2.</summary>
    [Fact]
    public void Warns_that_proofs_made_ahead_are_accepted_where_there_is_no_secret_for_nonces()
    {
        var dpop = Sample.With("Fabraix:Tokens:PublicUrl", "\"https://proxy.example.com\"", Sample.With(Main + ":Dpop", "\"accept\""));

        var warning = Assert.Single(Sample.Read(dpop).Warnings);
        Assert.Equal("Fabraix:Tokens:NonceSecret", warning.Path);
        Assert.Contains("made ahead", warning.Wrong, StringComparison.Ordinal);
        Assert.Empty(Sample.Read(Sample.With("Fabraix:Tokens:NonceSecret", "\"env:NONCE_SECRET\"", dpop)).Warnings);
    }

    [Theory]
    [InlineData("PublicUrl", "https://proxy.example.com")]
    [InlineData("NonceSecret", "env:NONCE_SECRET")]
    public void Warns_of_what_has_no_effect_while_no_issuer_has_Dpop_on(string option, string value)
    {
        var warning = Assert.Single(Sample.Read(Sample.With($"Fabraix:Tokens:{option}", $"\"{value}\"")).Warnings);

        Assert.Equal($"Fabraix:Tokens:{option}", warning.Path);
        Assert.Contains("no issuer has Dpop on", warning.Wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Enterprise")]
    [InlineData("Restricted")]
    public void Accepts_a_key_without_a_usual_quota_where_its_own_is_set(string type)
    {
        var reading = Sample.Read(Sample.With("Fabraix:Keys:default", $$"""{"Secret": "env:FABRAIX_API_KEY", "Type": "{{type}}", "Quota": {"PerMinute": 5, "PerHour": 50} }"""));

        Assert.Empty(reading.Warnings);
        Assert.Equal(new KeyQuota(5, 50), reading.Settings!.Keys[0].Quota);
    }

    [Theory]
    [InlineData("", 60, 1000)]
    [InlineData(""", "Type": "Development" """, 60, 1000)]
    [InlineData(""", "Type": "Production" """, 600, 10_000)]
    [InlineData(""", "Type": "Production", "Quota": {"PerMinute": 300} """, 300, 10_000)]
    public void Takes_the_usual_quota_of_a_keys_type_where_none_is_set(string more, int perMinute, int perHour)
    {
        var reading = Sample.Read(Sample.With("Fabraix:Keys:default", $$"""{"Secret": "env:FABRAIX_API_KEY" {{more}} }"""));

        Assert.Equal(new KeyQuota(perMinute, perHour), reading.Settings!.Keys[0].Quota);
    }

    [Theory]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:3000")]
    [InlineData("http://[::1]:3000")]
    public void Does_not_warn_of_an_http_origin_on_this_machine(string origin) =>
        Assert.Empty(Sample.Shown(Sample.Read(Sample.With("Fabraix:Browser:Origins", $"[\"{origin}\"]")).Warnings));

    [Fact]
    public void Does_not_warn_of_a_complete_configuration() => Assert.Empty(Sample.Shown(Sample.Read(Sample.Good).Warnings));
}
