using System.Text.Json;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>RFC 7519 section 4.1.</summary>
public sealed class TokenClaimsTests
{
    [Theory]
    [InlineData("iss", "iss is missing", "null", "1", "true", "{}", "[]", "[\"https://login.example.com/\"]", "\"\"", "\"\\ud800\"")]
    [InlineData("sub", "sub is missing", "null", "1", "true", "{}", "[]", "[\"user-1\"]", "\"\"", "\"\\udc00\"")]
    [InlineData("aud", "aud is missing", "null", "1", "true", "{}", "[]", "[1]", "[\"a\", null]", "[[\"a\"]]", "\"\\ud800\"")]
    [InlineData("exp", "exp is missing", "null", "true", "{}", "[]", "\"1767323045\"", "-1", "1e999", "253402300800", "9e18")]
    [InlineData("iat", "iat is missing", "null", "true", "{}", "[]", "\"1767323045\"", "-1", "1e999", "253402300800")]
    [InlineData("nbf", "nbf is not a date", "null", "true", "{}", "[]", "\"1767323045\"", "-1", "1e999")]
    [InlineData("jti", "jti is not a string", "null", "1", "true", "{}", "[]")]
    [InlineData("scope", "scope or scp", "null", "1", "true", "{}", "[1]", "[null]", "[[\"a\"]]", "\"\\ud800\"")]
    [InlineData("scp", "scope or scp", "null", "1", "true", "{}", "[1]", "[null]", "[[\"a\"]]")]
    public void Refuses_a_registered_claim_of_every_wrong_type(string name, string says, params string[] values) => Assert.All(values, value =>
    {
        var (claims, broken) = Read(name, value);

        Assert.Null(claims);
        Assert.Contains(says, broken, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("iat")]
    public void Refuses_a_token_without_a_claim_that_it_needs(string name) => Assert.Contains($"{name} is missing", Read(name, null).Broken, StringComparison.Ordinal);

    [Theory]
    [InlineData("nbf")]
    [InlineData("jti")]
    [InlineData("scope")]
    public void Takes_a_token_without_a_claim_that_it_does_not_need(string name) => Assert.NotNull(Read(name, null).Claims);

    [Fact]
    public void Takes_a_subject_of_512_characters_and_no_longer_one()
    {
        Assert.NotNull(Read("sub", $"\"{new string('s', 512)}\"").Claims);
        Assert.Null(Read("sub", $"\"{new string('s', 513)}\"").Claims);
    }

    /// <summary>What is kept of a token must not be many times its length.</summary>
    [Fact]
    public void Takes_100_scopes_and_as_many_audiences_and_no_more()
    {
        Assert.Equal(100, Read("scope", $"\"{Letters(100, ' ')}\"").Claims!.Scopes.Count);
        Assert.Equal("token: more than 100 scopes", Read("scope", $"\"{Letters(101, ' ')}\"").Broken);
        Assert.Equal("token: more than 100 scopes", Read("scp", $"[\"{Letters(50, ' ')}\",\"{Letters(51, ' ')}\"]", without: "scope").Broken);
        Assert.Equal("token: more than 100 scopes", Read("scp", $"\"{Letters(99, ' ')}\"").Broken); // and two in scope
        Assert.Equal(100, Read("aud", $"[\"{string.Join("\",\"", Enumerable.Repeat("a", 100))}\"]").Claims!.Audiences.Count);
        Assert.Equal("token: more than 100 audiences", Read("aud", $"[\"{string.Join("\",\"", Enumerable.Repeat("a", 101))}\"]").Broken);

        static string Letters(int count, char separator) => string.Join(separator, Enumerable.Repeat("a", count));
    }

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("\"a b\"", "a|b")]
    [InlineData("\" a  b \"", "a|b")]
    [InlineData("\"\"", "")]
    [InlineData("[]", "")]
    [InlineData("[\"a\", \"b c\"]", "a|b|c")]
    [InlineData("\"a\\tb\"", "a\tb")]
    [InlineData("\"a\\nb\"", "a\nb")]
    [InlineData("\"a\\r\\nb\"", "a\r\nb")]
    [InlineData("\"a\\u00a0b\"", "a\u00a0b")]
    [InlineData("\"a\\u2003b\"", "a\u2003b")]
    [InlineData("\"a\\u3000b\"", "a\u3000b")]
    [InlineData("\"a\\u0000b\"", "a\0b")]
    [InlineData("\"a,b\"", "a,b")]
    [InlineData("\"a+b\"", "a+b")]
    public void Splits_scopes_on_U_0020_alone(string value, string scopes)
    {
        Assert.Equal(scopes, string.Join('|', Read("scope", value).Claims!.Scopes));
        Assert.Equal(scopes, string.Join('|', Read("scp", value, without: "scope").Claims!.Scopes));
    }

    [Fact]
    public void Takes_the_scopes_of_scope_and_scp_together() => Assert.Equal(["event:write", "check:write", "more"], Read("scp", "\"more\"").Claims!.Scopes);

    [Fact]
    public void Reads_dates_with_fractions_and_several_audiences()
    {
        var claims = Read("exp", "1767323045.5").Claims!;

        Assert.Equal(1767323045.5, claims.Expires);
        Assert.Equal(["a", "b"], Read("aud", "[\"a\",\"b\"]").Claims!.Audiences);
        Assert.Null(claims.NotBefore);
        Assert.Equal(5, Read("nbf", "5").Claims!.NotBefore);
    }

    [Theory]
    [InlineData("{\"jkt\":\"x\"}")]
    [InlineData("null")]
    [InlineData("1")]
    public void Takes_a_token_with_cnf_for_bound_whatever_its_value(string value) => Assert.True(Read("cnf", value).Claims!.IsBound);

    [Fact]
    public void Takes_a_token_without_cnf_for_unbound() => Assert.False(Read("jti", "\"x\"").Claims!.IsBound);

    private static (TokenClaims? Claims, string? Broken) Read(string name, string? value, string? without = null)
    {
        // Put in as text: a node would refuse half a surrogate pair, or a number without end.
        var others = Jose.Claims().Where(claim => claim.Key != name && claim.Key != without).Select(claim => $"\"{claim.Key}\":{claim.Value!.ToJsonString()}");
        using var document = JsonDocument.Parse($"{{{string.Join(',', value is null ? others : others.Append($"\"{name}\":{value}"))}}}");
        return TokenClaims.Read(document.RootElement);
    }
}
