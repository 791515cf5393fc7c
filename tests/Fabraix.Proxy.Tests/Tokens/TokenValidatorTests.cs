using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>Whom it lets in; what it refuses is in <c>Rfc8725</c>.</summary>
public sealed class TokenValidatorTests : IDisposable
{
    private const string Thumbprint = "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}";

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
    [InlineData(DpopUse.Accept, Thumbprint, null)]
    [InlineData(DpopUse.Accept, null, null)]
    [InlineData(DpopUse.Accept, "{\"jkt\":\"x\"}", "token: cnf is not one key's thumbprint (jkt) alone")]
    [InlineData(DpopUse.Accept, "{\"x5t#S256\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}", "token: cnf is not one key's thumbprint (jkt) alone")]
    [InlineData(DpopUse.Accept, "null", "token: cnf is not one key's thumbprint (jkt) alone")]
    [InlineData(DpopUse.Require, Thumbprint, null)]
    [InlineData(DpopUse.Require, null, "token: bound to no key, and the issuer's Dpop is require")]
    [InlineData(DpopUse.Require, "{}", "token: cnf is not one key's thumbprint (jkt) alone")]
    [InlineData(DpopUse.Off, Thumbprint, "token: bound to a key (cnf), and no proof of possession is accepted")]
    public async Task Judges_the_binding_as_the_issuers_Dpop_says(object use, string? confirmation, string? rule)
    {
        var validator = Issuers.Validator(_time, Issuers.Options(_file) with { Dpop = (DpopUse)use });
        var token = Jose.Sign(Jose.Header().ToJsonString(), confirmation is null ? Jose.Claims().ToJsonString() : $"{{\"cnf\":{confirmation},{Jose.Claims().ToJsonString()[1..]}", "ES256");

        var verdict = await Validate(token, validator);

        Assert.Equal(rule, verdict.Refusal?.Rule);
        Assert.Equal(rule is null && confirmation is not null, verdict.Caller?.BoundTo is not null);
    }

    [Fact]
    public async Task Cannot_tell_where_the_keys_were_never_fetched()
    {
        var verdict = await Validate(Jose.Token(), Issuers.Validator(_time, Issuers.Options(_folder.At("nowhere.json"))));

        Assert.Equal(("issuer_unavailable", 503), (verdict.Refusal?.Error.Code, verdict.Refusal?.Error.Status));
    }

    private async Task<TokenVerdict> Validate(string token, TokenValidator? validator = null) =>
        await (validator ?? _validator).ValidateAsync(token, TestContext.Current.CancellationToken);
}
