using System.Text.Json;
using Fabraix.Proxy.Tokens.Dpop;
using Fabraix.TestKit;

namespace Fabraix.Proxy.Tests.Tokens.Dpop;

public sealed class ThumbprintTests
{
    // RFC 7638 section 3.1.
    private const string RfcRsa = """
        {"kty": "RSA", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
        """;

    [Fact]
    public void Of_the_RSA_key_of_RFC_7638_is_what_it_says() => Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", Of(RfcRsa));

    [Fact]
    public void Of_the_key_of_RFC_9449_is_what_it_says() => Assert.Equal(Rfc9449.Thumbprint, Of(Rfc9449.Jwk));

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("PS256")]
    public void Is_what_the_maker_of_the_tests_works_out(string algorithm)
    {
        using var key = algorithm[0] == 'E' ? TestKey.Ec(algorithm) : TestKey.Rsa(algorithm);

        Assert.Equal(new ProofMaker(key).Thumbprint, Of(key.PublicJwk().ToJsonString()));
    }

    [Fact]
    public void Is_read_from_a_confirmation_that_holds_it_alone() => Assert.Equal(Rfc9449.Thumbprint, Read($$"""{"jkt":"{{Rfc9449.Thumbprint}}"}""")?.Value);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"")]
    [InlineData("[{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}]")]
    [InlineData("{\"jkt\":null}")]
    [InlineData("{\"jkt\":[\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"]}")]
    [InlineData("{\"jkt\":\"\"}")]
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4\"}")] // one character less
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I=\"}")]
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4IA\"}")]
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J\"}")] // the same bytes, spelled otherwise
    [InlineData("{\"jkt\":\"0ZcOCORZNYy+DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    [InlineData("{\"JKT\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    [InlineData("{\"jkt\":\"\\ud800cOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    [InlineData("{\"x5t#S256\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\",\"x5t#S256\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    [InlineData("{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\",\"jwk\":{}}")]
    public void Is_read_from_no_other_confirmation(string confirmation) => Assert.Null(Read(confirmation));

    private static string Of(string jwk)
    {
        using var document = JsonDocument.Parse(jwk);
        return Thumbprint.Of(document.RootElement).Value;
    }

    private static Thumbprint? Read(string confirmation)
    {
        using var document = JsonDocument.Parse(confirmation);
        return Thumbprint.TryRead(document.RootElement, out var thumbprint) ? thumbprint : null;
    }
}
