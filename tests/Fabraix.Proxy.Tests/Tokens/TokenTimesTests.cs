using System.Security.Cryptography;
using Fabraix.Proxy.Tokens;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>RFC 7519 sections 4.1.4 to 4.1.6, with a clock skew of 30 s and a longest lifetime of 15 minutes.</summary>
public sealed class TokenTimesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly TokenValidator _validator;

    public TokenTimesTests() => _validator = Issuers.Validator(_time, Issuers.Options(_folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256")))));

    public void Dispose() => _folder.Dispose();

    // Seconds from now.
    [Theory]
    [InlineData(-60, 240, null, null)]
    [InlineData(0, 900, null, null)]
    [InlineData(30, 930, null, null)]
    [InlineData(-60, -29, null, null)]
    [InlineData(-60, -29.5, null, null)]
    [InlineData(-60, 240, 30.0, null)]
    [InlineData(-60, -30, null, "token: expired")]
    [InlineData(-900, -600, null, "token: expired")]
    [InlineData(31, 240, null, "token: nbf or iat lies ahead")]
    [InlineData(-60, 240, 31.0, "token: nbf or iat lies ahead")]
    [InlineData(-60, 240, 30.5, "token: nbf or iat lies ahead")]
    [InlineData(0, 901, null, "token: exp - iat is longer than MaxLifetime")]
    [InlineData(-86400, 240, null, "token: exp - iat is longer than MaxLifetime")]
    [InlineData(-86400, -86000.5, null, "token: expired")]
    [InlineData(10, 10, null, "token: exp - iat is longer than MaxLifetime")]
    [InlineData(10, 5, null, "token: exp - iat is longer than MaxLifetime")]
    public async Task Are_judged_to_the_second(double issued, double expires, double? notBefore, string? rule)
    {
        var now = Jose.Now.ToUnixTimeSeconds();
        var token = Jose.Token(claims =>
        {
            (claims["iat"], claims["exp"]) = (now + issued, now + expires);
            if (notBefore is not null)
                claims["nbf"] = now + notBefore;
        });

        Assert.Equal(rule, (await Validate(token)).Refusal?.Rule);
    }

    [Fact]
    public async Task Say_expired_of_a_genuine_token_only()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        static void Old(System.Text.Json.Nodes.JsonObject claims) => (claims["iat"], claims["exp"]) = (Jose.Now.ToUnixTimeSeconds() - 600, Jose.Now.ToUnixTimeSeconds() - 300);

        Assert.Equal("token_expired", (await Validate(Jose.Token(Old))).Refusal?.Error.Code);
        Assert.Equal("token_invalid", (await Validate(Jose.Token(Old, key: other))).Refusal?.Error.Code);
    }

    [Fact]
    public async Task Run_with_the_injected_clock()
    {
        var token = Jose.Token();
        Assert.NotNull((await Validate(token)).Caller);

        _time.Advance(TimeSpan.FromSeconds(240 + 30));

        Assert.Equal("token_expired", (await Validate(token)).Refusal?.Error.Code);
    }

    [Property(MaxTest = 500)]
    public Property Never_let_a_token_work_longer_than_its_lifetime_and_the_skew()
    {
        var offsets = Gen.Choose(-2000, 2000);
        return Prop.ForAll(offsets.ToArbitrary(), offsets.ToArbitrary(), (issued, expires) =>
        {
            var now = Jose.Now.ToUnixTimeSeconds();
            var claims = new TokenClaims { Issuer = "i", Audiences = ["a"], Subject = "s", Scopes = [], IssuedAt = now + issued, Expires = now + expires };
            var good = expires > issued && expires - issued <= 900 && issued <= 30 && expires + 30 > 0;
            return _validator.JudgeTimes(claims) is null == good;
        });
    }

    private async Task<TokenVerdict> Validate(string token) => await _validator.ValidateAsync(token, TestContext.Current.CancellationToken);
}
