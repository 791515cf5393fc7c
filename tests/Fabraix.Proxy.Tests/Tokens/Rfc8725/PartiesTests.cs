using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Sections 3.8 and 3.9, validate issuer, subject and audience. Wrong types of each claim: <see cref="TokenClaimsTests"/>.</summary>
public sealed class PartiesTests : TokenCases
{
    private const string Issuer = "token: issuer is not configured";
    private const string Audience = "token: audience is another";

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://login.example.com//")]
    [InlineData("https://login.example.com/.")]
    [InlineData("https://LOGIN.example.com/")]
    [InlineData("https://login.example.com:443/")]
    [InlineData("http://login.example.com/")]
    [InlineData("https://login.example.com/ ")]
    [InlineData("https://login.example.com/\0")]
    [InlineData("https://login.example.c\u043em/")]
    public async Task Refuses_another_spelling_of_the_issuer(string issuer) => await RefusedAsync(Issuer, Jose.Token(claims => claims["iss"] = issuer));

    [Fact]
    public async Task Finds_each_issuer_its_own_keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var second = Issuers.Options(KeyFile("second.json", Jose.Jwk("ES256", key)), "second", "https://second.example/");
        var validator = Trusting(Issuers.Options(KeyFile("first.json", Jose.Jwk("ES256"))), second);

        Assert.Equal("main", (await JudgeAsync(Jose.Token(), validator)).Caller?.Issuer);
        Assert.Equal("second", (await JudgeAsync(Jose.Token(claims => claims["iss"] = "https://second.example/", key: key), validator)).Caller?.Issuer);
        await RefusedAsync(Signature, Jose.Token(key: key), validator);
        await RefusedAsync(Signature, Jose.Token(claims => claims["iss"] = "https://second.example/"), validator);
    }

    [Fact]
    public async Task Takes_the_subject_of_two_issuers_for_two_callers()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var second = Issuers.Options(KeyFile("second.json", Jose.Jwk("ES256", key)), "second", "https://second.example/");
        var validator = Trusting(Issuers.Options(KeyFile("first.json", Jose.Jwk("ES256"))), second);

        var one = (await JudgeAsync(Jose.Token(), validator)).Caller;
        var other = (await JudgeAsync(Jose.Token(claims => claims["iss"] = "https://second.example/", key: key), validator)).Caller;

        Assert.Equal(one?.Subject, other?.Subject);
        Assert.NotEqual(one?.Pseudonym, other?.Pseudonym);
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("\"fabraix-proxy/\"")]
    [InlineData("\"Fabraix-Proxy\"")]
    [InlineData("\"fabraix-proxy other\"")]
    [InlineData("\"fabraix-proxy,other\"")]
    [InlineData("\"fabraix-proxy\\u0000\"")]
    [InlineData("\"*\"")]
    [InlineData("[\"other\",\"another\"]")]
    [InlineData("\"\"")]
    [InlineData("[\"\"]")]
    public async Task Refuses_another_audience(string audience) => await RefusedAsync(Audience, Jose.Token(claims => claims["aud"] = JsonNode.Parse(audience)));

    [Fact]
    public async Task Takes_one_of_several_audiences() => await AcceptedAsync(Jose.Token(claims => claims["aud"] = new JsonArray("other", Jose.Audience)));

    /// <summary>Audiences belong to an issuer: what one may say is nothing for another.</summary>
    [Fact]
    public async Task Refuses_the_audience_of_another_issuer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var second = Issuers.Options(KeyFile("second.json", Jose.Jwk("ES256", key)), "second", "https://second.example/", audiences: ["second"]);
        var validator = Trusting(Issuers.Options(KeyFile("first.json", Jose.Jwk("ES256"))), second);

        await RefusedAsync(Audience, Jose.Token(claims => claims["aud"] = "second"), validator);
        await RefusedAsync(Audience, Jose.Token(claims => claims["iss"] = "https://second.example/", key: key), validator);
    }
}
