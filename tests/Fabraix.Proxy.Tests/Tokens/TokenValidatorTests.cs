using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class TokenValidatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly string _file;
    private readonly TokenValidator _validator;

    public TokenValidatorTests()
    {
        _file = _folder.Write("jwks.json", Jose.Jwks([.. Issuers.AllAlgorithms.Select(algorithm => Jose.Jwk(algorithm))]));
        _validator = Issuers.Validator(_time, Issuers.Options(_file));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Makes_a_caller_of_a_good_token_of_every_algorithm(string algorithm)
    {
        var caller = (await Validate(Jose.Token(algorithm: algorithm))).Caller;

        Assert.Equal(("main", "user-1", "event:write check:write"), (caller?.Issuer, caller?.Subject, string.Join(' ', caller?.Scopes ?? [])));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES256")]
    [InlineData("ES512")]
    public async Task Refuses_a_token_with_one_bit_of_anything_changed(string algorithm)
    {
        var token = Jose.Token(algorithm: algorithm);
        foreach (var part in new[] { 0, 1, 2 })
        {
            var parts = token.Split('.');
            var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[part]);
            bytes[bytes.Length / 2] ^= 1;
            parts[part] = Jose.Encode(bytes);
            Assert.Null((await Validate(string.Join('.', parts))).Caller);
        }
    }

    [Fact]
    public async Task Refuses_a_token_of_another_key_under_a_known_kid()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await Refused("token: signature does not hold", Jose.Token(key: other));
    }

    [Fact]
    public async Task Refuses_a_token_that_is_not_signed()
    {
        var header = Jose.Header();
        header["alg"] = "none";
        await Refused("token: not a compact JWS in canonical base64url with strict JSON", $"{Jose.Encode(header.ToJsonString())}.{Jose.Encode(Jose.Claims().ToJsonString())}.");
        await Refused("token: alg is not accepted, or not the key's", $"{Jose.Encode(header.ToJsonString())}.{Jose.Encode(Jose.Claims().ToJsonString())}.AAAA");
    }

    /// <summary>RFC 8725 section 2.1: the public key as an HMAC secret.</summary>
    [Fact]
    public async Task Refuses_an_HMAC_with_the_public_key()
    {
        var header = Jose.Header("RS256");
        header["alg"] = "HS256";
        var input = $"{Jose.Encode(header.ToJsonString())}.{Jose.Encode(Jose.Claims().ToJsonString())}";
        var secret = Encoding.ASCII.GetBytes(Jose.Rsa.ExportSubjectPublicKeyInfoPem());

        await Refused("token: alg is not accepted, or not the key's", $"{input}.{Jose.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}");
    }

    /// <summary>RFC 8725 section 3.1: one key, one algorithm.</summary>
    [Theory]
    [InlineData("PS256", "RS256")]
    [InlineData("RS256", "PS256")]
    [InlineData("RS512", "RS256")]
    [InlineData("ES256", "ES384")]
    public async Task Refuses_a_key_used_with_another_algorithm_than_its_own(string used, string named) =>
        await Refused("token: alg is not accepted, or not the key's", Jose.Token(header: header => header["kid"] = $"{named}-key", algorithm: used));

    [Fact]
    public async Task Refuses_an_algorithm_that_the_issuer_does_not_list()
    {
        var validator = Issuers.Validator(_time, Issuers.Options(_file, algorithms: ["RS256"]));

        Assert.Equal("token: alg is not accepted, or not the key's", (await Validate(Jose.Token(), validator)).Refusal?.Rule);
        Assert.NotNull((await Validate(Jose.Token(algorithm: "RS256"), validator)).Caller);
    }

    [Fact]
    public async Task Refuses_a_kid_that_the_issuer_does_not_have() =>
        await Refused("token: kid is not among the issuer's keys", Jose.Token(header: header => header["kid"] = "ES256-Key"));

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://login.example.com//")]
    [InlineData("https://LOGIN.example.com/")]
    [InlineData("http://login.example.com/")]
    [InlineData("https://login.example.com/ ")]
    public async Task Refuses_another_spelling_of_the_issuer(string issuer) => await Refused("token: issuer is not configured", Jose.Token(claims => claims["iss"] = issuer));

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("\"fabraix-proxy/\"")]
    [InlineData("\"Fabraix-Proxy\"")]
    [InlineData("\"fabraix-proxy other\"")]
    [InlineData("[\"other\",\"another\"]")]
    [InlineData("\"\"")]
    public async Task Refuses_another_audience(string audience) => await Refused("token: audience is another", Jose.Token(claims => claims["aud"] = JsonNode.Parse(audience)));

    [Fact]
    public async Task Takes_one_of_several_audiences() => Assert.NotNull((await Validate(Jose.Token(claims => claims["aud"] = new JsonArray("other", Jose.Audience)))).Caller);

    [Fact]
    public async Task Refuses_a_bound_token() =>
        await Refused("token: bound to a key (cnf), and no proof of possession is accepted", Jose.Token(claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }));

    [Fact]
    public async Task Refuses_another_type() => await Refused("token: typ is not accepted", Jose.Token(header: header => header["typ"] = "logout+jwt"));

    [Fact]
    public async Task Finds_each_issuer_its_own_keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var second = Issuers.Options(_folder.Write("second.json", Jose.Jwks(Jose.Jwk("ES256", key))), "second", "https://second.example/");
        var validator = Issuers.Validator(_time, Issuers.Options(_file), second);

        Assert.Equal("main", (await Validate(Jose.Token(), validator)).Caller?.Issuer);
        Assert.Equal("second", (await Validate(Jose.Token(claims => claims["iss"] = "https://second.example/", key: key), validator)).Caller?.Issuer);
        Assert.Equal("token: signature does not hold", (await Validate(Jose.Token(key: key), validator)).Refusal?.Rule);
        Assert.Equal("token: signature does not hold", (await Validate(Jose.Token(claims => claims["iss"] = "https://second.example/"), validator)).Refusal?.Rule);
    }

    [Fact]
    public async Task Cannot_tell_where_the_keys_were_never_fetched()
    {
        var verdict = await Validate(Jose.Token(), Issuers.Validator(_time, Issuers.Options(_folder.At("nowhere.json"))));

        Assert.Equal(("issuer_unavailable", 503), (verdict.Refusal?.Error.Code, verdict.Refusal?.Error.Status));
    }

    private async Task Refused(string rule, string token)
    {
        var verdict = await Validate(token);

        Assert.Null(verdict.Caller);
        Assert.Equal(("token_invalid", rule), (verdict.Refusal?.Error.Code, verdict.Refusal?.Rule));
    }

    private async Task<TokenVerdict> Validate(string token, TokenValidator? validator = null) =>
        await (validator ?? _validator).ValidateAsync(token, TestContext.Current.CancellationToken);
}
