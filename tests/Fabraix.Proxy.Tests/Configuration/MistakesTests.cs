namespace Fabraix.Proxy.Tests.Configuration;

public sealed class MistakesTests
{
    [Theory]
    [MemberData(nameof(RefusedSettings.Upstream), MemberType = typeof(RefusedSettings))]
    [MemberData(nameof(RefusedSettings.Keys), MemberType = typeof(RefusedSettings))]
    [MemberData(nameof(RefusedSettings.Routes), MemberType = typeof(RefusedSettings))]
    [MemberData(nameof(RefusedSettingsOfCallers.Tokens), MemberType = typeof(RefusedSettingsOfCallers))]
    [MemberData(nameof(RefusedSettingsOfCallers.Browser), MemberType = typeof(RefusedSettingsOfCallers))]
    [MemberData(nameof(RefusedSettingsOfCallers.EdgeAndLimits), MemberType = typeof(RefusedSettingsOfCallers))]
    public void Refuses_one_wrong_setting_by_its_path_and_says_what_to_set(string at, string? json, string path, string says)
    {
        var reading = Sample.Read(Sample.With(at, json));

        Assert.Null(reading.Settings);
        var mistake = Assert.Single(reading.Mistakes);
        Assert.Equal(path, mistake.Path);
        Assert.Contains(says, mistake.Set, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_all_mistakes_at_once()
    {
        var reading = Sample.Read("""
            {
              "AllowedHosts": ["one"],
              "Fabraix": {
                "Upstream": { "Address": "ftp://x", "Timeout": "30", "KeyHeader": "a b", "Proxy": "x", "CaFile": "no-such-file.pem" },
                "Keys": { "default": { "Secret": "raw", "Type": "Admin", "RefreshInterval": "x", "Quota": { "PerDay": 1 } } },
                "Tokens": { "MaxLifetime": "30h", "ClockSkew": "1h", "Issuers": { "main": { "Algorithms": ["none"] } } },
                "Routes": { "event": { "Method": "post", "Path": "v1", "Scope": "\t", "Query": ["a"], "Body": { "MaxBytes": -1, "Fields": { "/a": "x" } } } },
                "Browser": { "Origins": ["*"], "RequireOrigin": 3 },
                "Edge": { "TrustedProxies": ["0.0.0.0/0", "x"] },
                "RateLimits": { "PerUser": { "PerMinute": 0 }, "PerAddress": { "PerHour": 0 }, "Store": "x" },
                "Management": { "Url": "x" },
                "Stop": { "DrainDelay": "6m", "Grace": "x" },
                "Extra": 1
              }
            }
            """);

        Assert.Null(reading.Settings);
        Assert.Equal(
            [
                "AllowedHosts", "Fabraix:Browser:Origins:0", "Fabraix:Browser:RequireOrigin", "Fabraix:Edge:TrustedProxies:0", "Fabraix:Edge:TrustedProxies:1", "Fabraix:Extra",
                "Fabraix:Keys:default:Quota:PerDay", "Fabraix:Keys:default:RefreshInterval", "Fabraix:Keys:default:Secret", "Fabraix:Keys:default:Type",
                "Fabraix:Management:Url", "Fabraix:RateLimits:PerAddress:PerHour", "Fabraix:RateLimits:PerUser:PerMinute", "Fabraix:RateLimits:Store",
                "Fabraix:Routes:event:Body:Fields", "Fabraix:Routes:event:Body:MaxBytes", "Fabraix:Routes:event:Key", "Fabraix:Routes:event:Method",
                "Fabraix:Routes:event:Path", "Fabraix:Routes:event:Query", "Fabraix:Routes:event:Scope", "Fabraix:Stop:DrainDelay", "Fabraix:Stop:Grace",
                "Fabraix:Tokens:ClockSkew", "Fabraix:Tokens:Issuers:main:Algorithms:0", "Fabraix:Tokens:Issuers:main:Audiences", "Fabraix:Tokens:Issuers:main:Issuer",
                "Fabraix:Tokens:Issuers:main:Jwks", "Fabraix:Tokens:MaxLifetime",
                "Fabraix:Upstream:Address", "Fabraix:Upstream:CaFile", "Fabraix:Upstream:KeyHeader", "Fabraix:Upstream:Proxy", "Fabraix:Upstream:Timeout",
            ],
            reading.Mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refuses_an_empty_configuration_by_the_issuer_and_the_routes_that_are_missing() =>
        Assert.Equal(["Fabraix:Routes", "Fabraix:Tokens:Issuers"], Sample.Read("{}").Mistakes.Select(mistake => mistake.Path));

    [Fact]
    public void Refuses_the_shipped_file_alone_and_says_to_set_an_issuer()
    {
        var mistake = Assert.Single(Sample.Read(Sample.Shipped).Mistakes);

        Assert.Equal("Fabraix:Tokens:Issuers", mistake.Path);
        Assert.Contains("Fabraix:Tokens:Issuers:main", mistake.Set, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_CaFile_without_a_certificate()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("ca.pem", "nothing of the kind\n");

        var mistake = Assert.Single(Sample.Read(Sample.With("Fabraix:Upstream:CaFile", $"\"{file}\"")).Mistakes);

        Assert.Equal("Fabraix:Upstream:CaFile", mistake.Path);
        Assert.Contains("no certificate", mistake.Wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fabraix:Keys:default:Secret")]
    [InlineData("Fabraix:Keys:default:Type")]
    [InlineData("Fabraix:Keys:default")]
    [InlineData("Fabraix:Keys")]
    [InlineData("Fabraix:Upstream:Address")]
    [InlineData("Fabraix:Upstream:Proxy")]
    [InlineData("Fabraix:Upstream:CaFile")]
    [InlineData("Fabraix:Upstream:Timeout")]
    [InlineData("Fabraix:Routes:event:Key")]
    [InlineData("Fabraix:Routes:event:Method")]
    [InlineData("Fabraix:Routes:event:Body:MaxBytes")]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks")]
    [InlineData("Fabraix:Tokens:Issuers:main:Dpop")]
    [InlineData("Fabraix:Tokens:PublicUrl")]
    [InlineData("Fabraix:Tokens:NonceSecret")]
    [InlineData("Fabraix:Browser:Origins")]
    [InlineData("Fabraix:RateLimits:Store")]
    [InlineData("Fabraix:Management:Url")]
    public void Never_repeats_a_value_that_may_be_a_key_in_the_wrong_place(string at)
    {
        var key = "sk-" + Guid.NewGuid().ToString("N");

        var reading = Sample.Read(Sample.With(at, $"\"{key}\""));

        Assert.NotEmpty(reading.Mistakes);
        Assert.DoesNotContain(Sample.Shown(reading.Mistakes.Concat(reading.Warnings)), text => text.Contains(key, StringComparison.OrdinalIgnoreCase));
    }
}
