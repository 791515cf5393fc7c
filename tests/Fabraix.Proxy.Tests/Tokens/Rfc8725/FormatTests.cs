using System.Text.Json.Nodes;

namespace Fabraix.Proxy.Tests.Tokens.Rfc8725;

/// <summary>
/// The draft's section 3.14, check the format: letters, digits, dash, underscore and full stop, and nothing else. Forms without a good signature:
/// <see cref="CompactJwsTests"/>.
/// </summary>
public sealed class FormatTests : TokenCases
{
    [Fact]
    public async Task Refuses_the_JSON_serialisations_of_a_good_token()
    {
        var parts = Jose.Token().Split('.');
        var one = new JsonObject { ["protected"] = parts[0], ["signature"] = parts[2] };
        await RefusedAsync(Shape, new JsonObject { ["payload"] = parts[1], ["protected"] = parts[0], ["signature"] = parts[2] }.ToJsonString());
        await RefusedAsync(Shape, new JsonObject { ["payload"] = parts[1], ["signatures"] = new JsonArray(one) }.ToJsonString());
        await RefusedAsync(Shape, $"[\"{string.Join('.', parts)}\"]");
        await RefusedAsync(Shape, $"\"{string.Join('.', parts)}\"");
    }

    /// <summary>The draft's section 2.13: JSON that a verifier reads one way, and whoever splits it at full stops another.</summary>
    [Fact]
    public async Task Refuses_JSON_that_splits_into_a_forged_token()
    {
        var parts = Jose.Token().Split('.');
        var forged = Jose.Encode(Jose.Claims().ToJsonString().Replace("user-1", "admin", StringComparison.Ordinal));

        await RefusedAsync(Shape, $"{{\"x\":\"{parts[0]}.{forged}.\",\"payload\":\"{parts[1]}\",\"protected\":\"{parts[0]}\",\"signature\":\"{parts[2]}\"}}");
        await RefusedAsync(Shape, $"{parts[0]}.{forged}.{{\"payload\":\"{parts[1]}\",\"protected\":\"{parts[0]}\",\"signature\":\"{parts[2]}\"}}");
    }

    [Fact]
    public async Task Refuses_every_other_letter_anywhere_in_a_good_token()
    {
        var token = Jose.Token();
        foreach (var at in new[] { 0, token.IndexOf('.', StringComparison.Ordinal), token.Length / 2, token.LastIndexOf('.'), token.Length })
        {
            for (var letter = '\0'; letter < '\u0180'; letter++)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
                    await RefusedAsync(Shape, token.Insert(at, letter.ToString()));
            }
        }
    }

    /// <summary>RFC 4648 section 3.5: the unused bits of a last letter, of a signature that holds.</summary>
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    public async Task Refuses_another_spelling_of_a_good_signature(string algorithm)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = Jose.Token(algorithm: algorithm);
        var unused = (token.Length - token.LastIndexOf('.') - 1) % 4;
        Assert.Equal(algorithm == "ES384", unused == 0);

        foreach (var other in unused == 0 ? [] : Letters.Where(letter => letter != token[^1]))
            Assert.Null((await JudgeAsync(token[..^1] + other)).Caller);
        foreach (var behind in new[] { "=", "==", "\n", "\r\n", "%3D", "A", "AA", "AAAA" })
            Assert.Null((await JudgeAsync(token + behind)).Caller);
    }

    /// <summary>RFC 8725 section 2.4 in RFC 7519 section 4: a name twice, whichever of the two a reader takes.</summary>
    [Theory]
    [InlineData("\"sub\":\"admin\"")]
    [InlineData("\"s\\u0075b\":\"admin\"")]
    [InlineData("\"\\u0073\\u0075\\u0062\":\"admin\"")]
    [InlineData("\"exp\":1767323285")]
    [InlineData("\"x\":{\"a\":1,\"\\u0061\":1}")]
    [InlineData("\"x\":[{\"a\":1,\"a\":1}]")]
    public async Task Refuses_a_name_that_comes_twice_in_claims_that_are_signed(string member)
    {
        var claims = Jose.Claims().ToJsonString();
        await RefusedAsync(Shape, Jose.Sign(Jose.Header().ToJsonString(), $"{claims[..^1]},{member}}}", "ES256"));
        await RefusedAsync(Shape, Jose.Sign(Jose.Header().ToJsonString(), $"{{{member},{claims[1..]}", "ES256"));
    }
}
