using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tokens;
using Fabraix.Proxy.Tokens.Dpop;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

/// <summary>RFC 9449 section 7.1, figures 15 and 16; RFC 9110 section 11.6.1 for the list.</summary>
public sealed class ChallengesTests
{
    private const string Algorithms = "algs=\"ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512\"";

    [Theory]
    [InlineData("Bearer", DpopUse.Off)]
    [InlineData("Bearer, DPoP " + Algorithms, DpopUse.Accept)]
    [InlineData("DPoP " + Algorithms, DpopUse.Require)]
    [InlineData("Bearer, DPoP " + Algorithms, DpopUse.Off, DpopUse.Accept)]
    [InlineData("Bearer, DPoP " + Algorithms, DpopUse.Off, DpopUse.Require)]
    [InlineData("Bearer, DPoP " + Algorithms, DpopUse.Accept, DpopUse.Require)]
    [InlineData("DPoP " + Algorithms, DpopUse.Require, DpopUse.Require)]
    public void Name_what_the_issuers_accept_where_no_token_came(string challenge, params object[] uses)
    {
        var options = new TokenOptions { Issuers = [.. uses.Cast<DpopUse>().Select(use => Issuers.Options() with { Dpop = use })] };

        Assert.Equal(challenge, new Challenges(options).Missing.Challenge);
    }

    [Fact]
    public void Speak_of_a_refused_token_in_the_words_of_its_scheme()
    {
        var refused = new Refusal(ProxyError.TokenExpired, "rule");

        Assert.Equal("Bearer error=\"invalid_token\"", Challenges.Of(refused, new Credentials("Bearer", "x")).Challenge);
        Assert.Equal($"DPoP error=\"invalid_token\", {Algorithms}", Challenges.Of(refused, new Credentials("DPoP", "x")).Challenge);
        Assert.Null(Challenges.Of(new Refusal(ProxyError.IssuerUnavailable, "rule"), new Credentials("DPoP", "x")).Challenge);
    }
}
