using System.Text.Json;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy.Tests.Tokens;

public sealed class TokenHeaderTests
{
    [Fact]
    public void Has_algorithm_key_and_type()
    {
        Assert.Equal(new TokenHeader("ES256", "k", "at+jwt"), Read("""{"alg":"ES256","kid":"k","typ":"at+jwt"}""").Header);
        Assert.Equal(new TokenHeader("ES256", "k", null), Read("""{"kid":"k","alg":"ES256","other":1}""").Header);
    }

    [Theory]
    [InlineData("alg", null, "token: no alg")]
    [InlineData("alg", "\"\"", "token: no alg")]
    [InlineData("alg", "null", "token: no alg")]
    [InlineData("alg", "256", "token: no alg")]
    [InlineData("alg", "[\"ES256\"]", "token: no alg")]
    [InlineData("kid", null, "token: no kid")]
    [InlineData("kid", "\"\"", "token: no kid")]
    [InlineData("kid", "1", "token: no kid")]
    [InlineData("kid", "{}", "token: no kid")]
    [InlineData("kid", "\"\\ud800\"", "token: no kid")]
    [InlineData("typ", "null", "token: typ is not a string")]
    [InlineData("typ", "1", "token: typ is not a string")]
    [InlineData("typ", "[\"JWT\"]", "token: typ is not a string")]
    public void Is_refused_where_a_member_is_missing_or_of_another_type(string name, string? value, string rule)
    {
        var members = new Dictionary<string, string> { ["alg"] = "\"ES256\"", ["kid"] = "\"k\"", ["typ"] = "\"JWT\"" };
        if (value is null)
            members.Remove(name);
        else
            members[name] = value;

        Assert.Equal((null, rule), Read($"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}"));
    }

    /// <summary>RFC 8725 section 3.10; RFC 7515 section 4.1.11; RFC 7797; RFC 7516.</summary>
    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    [InlineData("crit")]
    [InlineData("b64")]
    [InlineData("enc")]
    [InlineData("zip")]
    public void Is_refused_with_a_member_that_is_never_accepted_whatever_its_value(string name)
    {
        foreach (var value in new JsonNode?[] { null, "", true, new JsonArray(), new JsonObject() })
        {
            var header = Jose.Header();
            header[name] = value;
            Assert.Equal("token: header member that is never accepted", Read(header.ToJsonString()).Broken);
        }
    }

    private static (TokenHeader? Header, string? Broken) Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TokenHeader.Read(document.RootElement);
    }
}
