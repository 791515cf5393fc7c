using System.Text;
using System.Text.Json;
using Fabraix.Proxy.Mint;

namespace Fabraix.Proxy.Tests.Mint;

public sealed class ExtraClaimsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"agent_ids":["a","b"],"tenant":7,"deep":{"a":[null,true,1.5e3]}}""")]
    [InlineData("""{"issuer":"x","sub_":"y","https://a.example/role":"z","deep":{"sub":"y","of two":1}}""")]
    public void Pass_as_they_are(string json)
    {
        Assert.True(ExtraClaims.TryParse(json, out var claims));
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            claims.Write(writer);
            writer.WriteEndObject();
        }

        Assert.Equal(json, Encoding.UTF8.GetString(buffer.ToArray()));
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("nbf")]
    [InlineData("jti")]
    [InlineData("client_id")]
    [InlineData("scope")]
    [InlineData("scp")]
    [InlineData("cnf")]
    [InlineData("azp")]
    [InlineData("acr")]
    [InlineData("amr")]
    [InlineData("auth_time")]
    [InlineData("act")]
    [InlineData("may_act")]
    [InlineData("authorization_details")]
    [InlineData("\\u0073ub")]
    [InlineData("SUB")]
    [InlineData("Scope")]
    [InlineData("Client_Id")]
    public void Are_refused_where_they_hold_one_of_the_mints_own(string name) => Assert.False(ExtraClaims.TryParse($$"""{"tenant": 1, "{{name}}": "x"}""", out _));

    /// <summary>The long s and the Kelvin sign are what a reader that ignores case may take for s and k.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("sub ")]
    [InlineData("a b")]
    [InlineData("\u017fub")]
    [InlineData("\u212a")]
    [InlineData("\\u0000")]
    [InlineData("\\u007f")]
    [InlineData("sub\u200b")]
    public void Are_refused_where_a_name_is_not_of_visible_ASCII(string name) => Assert.False(ExtraClaims.TryParse($$"""{"{{name}}": 1}""", out _));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"a": {"b": 1, "b": 2}}""")]
    [InlineData("""{"a": 1,}""")]
    [InlineData("""{"a": 1} {}""")]
    [InlineData("""{"a": /* 1 */ 2}""")]
    [InlineData("""{"a": "\ud800"}""")]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""{"a": NaN}""")]
    public void Are_refused_where_they_are_no_strict_object(string json) => Assert.False(ExtraClaims.TryParse(json, out _));

    [Fact]
    public void Are_refused_beyond_2_KiB_and_beyond_16_levels()
    {
        Assert.True(ExtraClaims.TryParse($$"""{"a":"{{new string('x', 2040)}}"}""", out _));
        Assert.False(ExtraClaims.TryParse($$"""{"a":"{{new string('x', 2041)}}"}""", out _));
        Assert.True(ExtraClaims.TryParse($"{{\"a\":{new string('[', 15)}{new string(']', 15)}}}", out _));
        Assert.False(ExtraClaims.TryParse($"{{\"a\":{new string('[', 16)}{new string(']', 16)}}}", out _));
    }
}
