using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>Sections 3.11 and 3.12, explicit typing and rules that exclude each other. Which <c>typ</c> is accepted: <see cref="AcceptsTypeTests"/>.</summary>
public sealed class TypingTests : TokenCases
{
    private const string Type = "token: typ is not accepted";

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("application/secevent+jwt")]
    [InlineData("token-introspection+jwt")]
    [InlineData("oauth-authz-req+jwt")]
    [InlineData("client-authentication+jwt")]
    [InlineData("JOSE")]
    [InlineData("JWE")]
    [InlineData("")]
    public async Task Refuses_a_good_token_of_another_kind(string type) => await RefusedAsync(Type, Jose.Token(header: header => header["typ"] = type));

    /// <summary>RFC 9449 section 4.2: a proof is signed by the user's own key, and names no issuer.</summary>
    [Fact]
    public async Task Refuses_a_proof_of_possession_as_a_token()
    {
        await RefusedAsync(Member, Jose.Token(header: header => (header["typ"], header["jwk"]) = ("dpop+jwt", Jose.Jwk("ES256"))));
        await RefusedAsync("token: iss is missing or not a string", Jose.Sign(
            Jose.Header().ToJsonString(), new JsonObject { ["jti"] = "1", ["htm"] = "POST", ["htu"] = "https://proxy.example/v1/check", ["iat"] = Jose.Now.ToUnixTimeSeconds() }.ToJsonString(), "ES256"));
    }

    /// <summary>OpenID Connect Core section 2: an ID token is for the client.</summary>
    [Fact]
    public async Task Refuses_an_ID_token_of_the_same_issuer_and_key() =>
        await RefusedAsync("token: audience is another", Jose.Token(claims => (claims["aud"], claims["nonce"], claims["azp"]) = ("page-client", "n-0S6_WzA2Mj", "page-client")));

    /// <summary>OpenID Connect Back-Channel Logout section 2.4, before it had a typ: no exp is a reason of its own.</summary>
    [Fact]
    public async Task Refuses_a_logout_token_without_a_type() => await RefusedAsync("token: exp is missing or not a date", Jose.Token(claims =>
    {
        claims.Remove("exp");
        claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() };
    }));

    [Fact]
    public async Task Refuses_a_token_that_is_bound_to_a_key() =>
        await RefusedAsync("token: bound to a key (cnf), and no proof of possession is accepted", Jose.Token(claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }));

    [Fact]
    public async Task Refuses_a_plain_JWT_where_the_issuer_lists_another_type()
    {
        var validator = Trusting(Issuers.Options(KeyFile("typed.json", Jose.Jwk("ES256")), types: ["at+jwt"]));

        await RefusedAsync(Type, Jose.Token(), validator);
        await RefusedAsync(Type, Jose.Token(header: header => header.Remove("typ")), validator);
        await AcceptedAsync(Jose.Token(header: header => header["typ"] = "at+jwt"), validator);
    }
}
