using System.Net;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tests.Configuration;

public sealed class AcceptedSettingsTests
{
    [Fact]
    public void Accepts_the_shipped_file_with_an_issuer_and_an_origin()
    {
        var settings = Sample.Accepted(Sample.Shipped, Sample.IssuerAndOrigin);

        Assert.Equal(new Uri("https://dev.fabraix.com"), settings.Upstream.Address);
        Assert.Equal(
            ["check POST /v1/check check:write default 262144", "event POST /v1/event event:write default 262144", "register-agent-run POST /v1/register-agent-run run:write default 65536"],
            settings.Routes.Select(rule => $"{rule.Name} {rule.Method} {rule.Path} {string.Join(' ', rule.Scopes)} {rule.Key} {rule.MaxBytes}").Order(StringComparer.Ordinal));
        var key = Assert.Single(settings.Keys);
        Assert.Equal(("default", "env", "FABRAIX_API_KEY", TimeSpan.FromMinutes(1)), (key.Name, key.Secret.Scheme, key.Secret.Identifier, key.RefreshInterval));
        Assert.Equal(["https://app.example.com"], settings.Browser.Origins);
    }

    [Fact]
    public void Has_the_defaults_of_the_contract()
    {
        var settings = Sample.Accepted(Sample.With("Fabraix:Upstream", null));

        Assert.Equal(new Uri("https://dev.fabraix.com"), settings.Upstream.Address);
        Assert.Equal("x-api-key", settings.Upstream.KeyHeader);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), (settings.Upstream.ConnectTimeout, settings.Upstream.Timeout));
        Assert.Empty(settings.Upstream.PrivateAuthorities);
        Assert.Null(settings.Upstream.Proxy);
        Assert.Equal((TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(30)), (settings.Tokens.MaxLifetime, settings.Tokens.ClockSkew));
        var issuer = Assert.Single(settings.Tokens.Issuers);
        Assert.Equal(["RS256", "PS256", "ES256"], issuer.Algorithms);
        Assert.Empty(issuer.Types);
        Assert.Equal(TimeSpan.FromHours(24), issuer.KeepLastGood);
        Assert.Equal((DpopUse.Off, null, null), (issuer.Dpop, settings.Tokens.Dpop.PublicUrl, settings.Tokens.Dpop.NonceSecret));
        Assert.False(settings.Browser.RequireOrigin);
        Assert.Empty(settings.Edge.TrustedProxies);
        Assert.Empty(settings.Edge.AllowedHosts);
        Assert.Equal(["user-minute 60 00:01:00", "user-hour 1000 01:00:00"], settings.RateLimits.PerUser.Select(window => $"{window.Name} {window.Quota} {window.Length}"));
        Assert.Empty(settings.RateLimits.PerAddress);
        Assert.InRange(settings.RateLimits.InFlight.Total, 16, 10_000);
        Assert.Equal(Math.Min(Math.Max(100, settings.RateLimits.InFlight.Total / 4), settings.RateLimits.InFlight.Total), settings.RateLimits.InFlight.PerUser);
        Assert.Equal("http://localhost:8081", settings.Management.Url);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), (settings.Stop.DrainDelay, settings.Stop.Grace));
        Assert.False(settings.Telemetry.TrustBrowserTrace);
        Assert.Equal(1024 * 1024, settings.Routes.Single(rule => rule.Name == "check").MaxBytes);
    }

    [Fact]
    public void Leaves_a_window_that_is_not_named_unlimited()
    {
        var settings = Sample.Accepted(Sample.With("Fabraix:RateLimits", """{"PerUser": {"PerMinute": 5}, "PerAddress": {"PerHour": 7}}"""));

        Assert.Equal(["user-minute"], settings.RateLimits.PerUser.Select(window => window.Name));
        Assert.Equal(["address-hour"], settings.RateLimits.PerAddress.Select(window => window.Name));
    }

    [Fact]
    public void Sets_no_limit_for_users_where_the_section_is_there_and_empty() =>
        Assert.Empty(Sample.Accepted(Sample.With("Fabraix:RateLimits", """{"PerUser": {}}""")).RateLimits.PerUser);

    [Fact]
    public void Reads_the_edge()
    {
        var settings = Sample.Accepted(Sample.With("Fabraix:Edge:TrustedProxies", """["10.0.0.0/8", "fd00::/8"]""", Sample.With("AllowedHosts", "\"api.example.com; *.example.org\"")));

        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")], settings.Edge.TrustedProxies);
        Assert.Equal(["api.example.com", "*.example.org"], settings.Edge.AllowedHosts);
    }

    [Fact]
    public void Requires_all_of_several_scopes() =>
        Assert.Equal(["event:write", "org:admin"], Sample.Accepted(Sample.With("Fabraix:Routes:event:Scope", "\"event:write  org:admin\"")).Routes.Single(rule => rule.Name == "event").Scopes);

    [Theory]
    [InlineData("http://localhost:9000")]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("http://[::1]:9000")]
    public void Takes_http_to_this_machine(string address) =>
        Assert.Equal(new Uri(address), Sample.Accepted(Sample.With("Fabraix:Upstream:Address", $"\"{address}\"")).Upstream.Address);

    [Fact]
    public void Takes_keys_of_an_issuer_from_a_file_relative_to_the_caller() =>
        Assert.Equal(Path.GetFullPath("jwks.json"), Assert.Single(Sample.Accepted(Sample.With("Fabraix:Tokens:Issuers:main:Jwks", "\"file:jwks.json\"")).Tokens.Issuers).Keys.File);

    [Theory]
    [InlineData("off", DpopUse.Off, false)]
    [InlineData("accept", DpopUse.Accept, true)]
    [InlineData("require", DpopUse.Require, true)]
    public void Lets_pages_send_proofs_where_an_issuer_has_them_on(string text, object use, bool sends)
    {
        var settings = Sample.Accepted(Sample.With("Fabraix:Tokens:PublicUrl", "\"https://proxy.example.com\"", Sample.With("Fabraix:Tokens:Issuers:main:Dpop", $"\"{text}\"")));

        Assert.Equal((use, sends), (Assert.Single(settings.Tokens.Issuers).Dpop, settings.Browser.SendsProofs));
    }

    [Fact]
    public void Takes_two_methods_of_one_path()
    {
        var settings = Sample.Accepted(Sample.With("Fabraix:Routes:events", """{"Method": "GET", "Path": "/v1/event", "Scope": "event:read", "Key": "default"}"""));

        Assert.Equal(["GET", "POST"], settings.Routes.Where(rule => rule.Path.Value == "/v1/event").Select(rule => rule.Method).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Finds_a_routes_key_whatever_its_case() =>
        Assert.Equal("Default", Sample.Accepted(Sample.With("Fabraix:Routes:event:Key", "\"Default\"")).Routes.Single(rule => rule.Name == "event").Key);
}
