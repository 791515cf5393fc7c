using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>RFC 7515 sections 4.1.7 and 4.1.8: a certificate's digest is neither a key nor a way to one. Some providers set it on every token.</summary>
public sealed class CertificateThumbprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x5t", "ES256-key")]
    [InlineData("x5t", "a-digest-of-nothing")]
    [InlineData("x5t#S256", "a-digest-of-nothing")]
    public async Task Is_ignored_in_a_good_token(string name, string digest)
    {
        var verdict = await Validate(Jose.Token(header: header => header[name] = digest));

        Assert.Equal("user-1", verdict.Caller?.Subject);
    }

    [Theory]
    [InlineData("x5t")]
    [InlineData("x5t#S256")]
    public async Task Is_no_kid(string name)
    {
        var verdict = await Validate(Jose.Token(header: header =>
        {
            header.Remove("kid");
            header[name] = "ES256-key";
        }));

        Assert.Equal("token: no kid", verdict.Refusal?.Rule);
    }

    [Theory]
    [InlineData("x5t")]
    [InlineData("x5t#S256")]
    public async Task Does_not_lead_to_another_key_than_the_kid(string name)
    {
        var verdict = await Validate(Jose.Token(header: header => (header["kid"], header[name]) = ("RS256-key", "ES256-key")));

        Assert.Null(verdict.Caller);
    }

    private async Task<Fabraix.Proxy.Tokens.TokenVerdict> Validate(string token)
    {
        var file = _folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256"), Jose.Jwk("RS256")));
        return await Issuers.Validator(new FakeTimeProvider(Jose.Now), Issuers.Options(file)).ValidateAsync(token, TestContext.Current.CancellationToken);
    }
}
