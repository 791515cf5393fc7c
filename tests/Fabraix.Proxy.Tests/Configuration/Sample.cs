using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Configuration;
using Microsoft.Extensions.Configuration;

namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>Configurations to start from, and how tests read them.</summary>
internal static class Sample
{
    /// <summary>Complete and accepted, with no warning: every test changes one thing in it.</summary>
    public const string Good = """
        {
          "AllowedHosts": "*",
          "Fabraix": {
            "Upstream": { "Address": "https://api.example.com" },
            "Keys": { "default": { "Secret": "env:FABRAIX_API_KEY" } },
            "Tokens": { "Issuers": { "main": { "Issuer": "https://login.example.com/", "Audiences": ["fabraix-proxy"], "Jwks": "https://login.example.com/jwks.json" } } },
            "Routes": {
              "event": { "Method": "POST", "Path": "/v1/event", "Scope": "event:write", "Key": "default", "Body": { "MaxBytes": 262144 } },
              "check": { "Method": "POST", "Path": "/v1/check", "Scope": "check:write", "Key": "default" }
            },
            "Browser": { "Origins": ["https://app.example.com"] }
          }
        }
        """;

    /// <summary>The good one with a mint.</summary>
    public static string WithMint { get; } = With(
        "Fabraix:Mint",
        """{ "SigningKeys": ["file:/var/run/secrets/mint/signing-key.json"], "Clients": { "web-backend": { "Secret": "env:MINT_WEB_BACKEND", "Scope": "event:write check:write" } } }""",
        With("Fabraix:Tokens:Issuers:main:Jwks", "\"mint\""));

    /// <summary>The shipped appsettings.json, as it lies beside the program.</summary>
    public static string Shipped => File.ReadAllText(Repository.File("appsettings.json"));

    /// <summary>What a user must add to the shipped file, and no more.</summary>
    public const string IssuerAndOrigin = """
        {
          "Fabraix": {
            "Tokens": { "Issuers": { "main": { "Issuer": "https://login.example.com/", "Audiences": ["fabraix-proxy"], "Metadata": "https://login.example.com/.well-known/openid-configuration" } } },
            "Browser": { "Origins": ["https://app.example.com"] }
          }
        }
        """;

    public static IConfigurationRoot Load(params string[] layers)
    {
        var builder = new ConfigurationBuilder();
        foreach (var json in layers)
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        return builder.Build();
    }

    public static SettingsReading Read(params string[] layers) => ProxySettings.Read(Load(layers));

    public static ProxySettings Accepted(params string[] layers)
    {
        var reading = Read(layers);
        Assert.Empty(Shown(reading.Mistakes));
        return Assert.IsType<ProxySettings>(reading.Settings);
    }

    /// <summary>The good configuration with one value put at a path such as <c>Fabraix:Upstream:Address</c>; without a value the key is taken out.</summary>
    public static string With(string at, string? json, string start = Good)
    {
        var root = JsonNode.Parse(start)!.AsObject();
        var keys = at.Split(':');
        var node = root;
        foreach (var key in keys[..^1])
            node = (node[key] ??= new JsonObject()).AsObject();
        if (json is null)
            node.Remove(keys[^1]);
        else
            node[keys[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    public static IEnumerable<string> Shown(IEnumerable<Mistake> mistakes) => mistakes.Select(mistake => mistake.ToString());
}
