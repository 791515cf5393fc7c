using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>
/// A validator with a key for every algorithm. The groups of this folder follow RFC 8725 and draft-ietf-oauth-rfc8725bis, a class each section;
/// what a section asks that a test elsewhere holds already, its class names.
/// </summary>
public abstract class TokenCases : IAsyncDisposable
{
    private protected const string Shape = "token: not a compact JWS in canonical base64url with strict JSON";
    private protected const string Algorithm = "token: alg is not accepted, or not the key's";
    private protected const string Signature = "token: signature does not hold";
    private protected const string Member = "token: header member that is never accepted";
    private protected const string KeyId = "token: kid is not among the issuer's keys";

    private readonly TemporaryFolder _folder = new();
    private readonly TokenValidator _validator;

    private protected TokenCases() => _validator = Trusting(Issuers.Options(KeyFile("jwks.json", [.. Issuers.AllAlgorithms.Select(algorithm => Jose.Jwk(algorithm))])));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected string KeyFile(string name, params System.Text.Json.Nodes.JsonNode?[] keys) => _folder.Write(name, Jose.Jwks(keys));

    private protected static TokenValidator Trusting(params IssuerOptions[] issuers) => Issuers.Validator(new FakeTimeProvider(Jose.Now), issuers);

    private protected async Task RefusedAsync(string rule, string token, TokenValidator? validator = null)
    {
        var verdict = await JudgeAsync(token, validator);

        Assert.Null(verdict.Caller);
        Assert.Equal(("token_invalid", rule), (verdict.Refusal?.Error.Code, verdict.Refusal?.Rule));
    }

    private protected async Task AcceptedAsync(string token, TokenValidator? validator = null) => Assert.NotNull((await JudgeAsync(token, validator)).Caller);

    private protected async Task<TokenVerdict> JudgeAsync(string token, TokenValidator? validator = null) =>
        await (validator ?? _validator).ValidateAsync(token, TestContext.Current.CancellationToken);

    private protected TokenVerdict Judge(string token) => _validator.ValidateAsync(token, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
