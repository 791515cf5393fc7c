namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>RFC 7515 section 4.1.9, RFC 9068 section 2.1.</summary>
public sealed class AcceptsTypeTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("application/jwt")]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("Application/at+jwt")]
    public void Without_a_list_takes_access_tokens(string? type) => Assert.True(Issuers.Options().AcceptsType(type));

    [Theory]
    [InlineData("")]
    [InlineData("JWS")]
    [InlineData("JOSE")]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("id+jwt")]
    [InlineData("text/jwt")]
    [InlineData("application/")]
    [InlineData("application/application/jwt")]
    [InlineData(" JWT")]
    public void Without_a_list_refuses_tokens_that_are_for_something_else(string type) => Assert.False(Issuers.Options().AcceptsType(type));

    [Theory]
    [InlineData("at+jwt", true)]
    [InlineData("AT+JWT", true)]
    [InlineData("application/AT+jwt", true)]
    [InlineData("JWT", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void With_a_list_takes_what_it_names(string? type, bool accepted) => Assert.Equal(accepted, Issuers.Options(types: ["at+jwt"]).AcceptsType(type));

    [Fact]
    public void With_a_list_of_the_long_form_takes_the_short_one() => Assert.True(Assert.Single(
        Configuration.Sample.Accepted(Configuration.Sample.With("Fabraix:Tokens:Issuers:main:Types", "[\"application/AT+JWT\"]")).Tokens.Issuers).AcceptsType("at+jwt"));
}
