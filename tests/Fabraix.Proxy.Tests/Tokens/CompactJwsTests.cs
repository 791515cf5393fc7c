using System.Text;
using Fabraix.Proxy.Tokens;
using FsCheck;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>RFC 7515 sections 2 and 7.1, strictly.</summary>
public sealed class CompactJwsTests
{
    private static readonly string Header = Jose.Encode("{\"alg\":\"ES256\"}");
    private static readonly string Payload = Jose.Encode("{\"sub\":\"a\"}");

    [Fact]
    public void Takes_three_parts_whose_first_two_are_objects()
    {
        Assert.True(CompactJws.TryParse($"{Header}.{Payload}.c2ln", out var jws));
        using (jws)
            Assert.Equal(("ES256", "a"), (jws.Header.GetProperty("alg").GetString(), jws.Payload.GetProperty("sub").GetString()));
    }

    // RFC 7515 appendix A.3: header {"alg":"ES256"} and its payload.
    [Fact]
    public void Takes_the_example_of_RFC_7515_appendix_A_3() => Assert.True(CompactJws.TryParse(
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        out _));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("H.P")]
    [InlineData("H.P.")]
    [InlineData(".P.c2ln")]
    [InlineData("H..c2ln")]
    [InlineData("H.P.c2ln.")]
    [InlineData("H.P.c2ln.c2ln")]
    [InlineData("H.P.c2ln.c2ln.c2ln")]
    [InlineData(" H.P.c2ln")]
    [InlineData("H.P.c2ln ")]
    [InlineData("H.P.c2ln\n")]
    [InlineData("H=.P.c2ln")]
    [InlineData("H.P.c2lnZA==")]
    [InlineData("H.P.c2+n")]
    [InlineData("H.P.c2/n")]
    [InlineData("H.P.c2%6E")]
    [InlineData("H.P.c2lnA")]
    [InlineData("H.P.c2lnZB")]
    [InlineData("H.P.ｃ2ln")]
    public void Refuses_another_form(string form) =>
        Assert.False(CompactJws.TryParse(form.Replace("H", Header, StringComparison.Ordinal).Replace("P", Payload, StringComparison.Ordinal), out _));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1/* c */}")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"o\":{\"a\":1,\"a\":2}}")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("{}\0")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":{\"b\\udc00\":1}}")]
    public void Refuses_a_part_that_is_not_one_strict_object(string json)
    {
        Assert.False(CompactJws.TryParse($"{Header}.{Jose.Encode(json)}.c2ln", out _));
        Assert.False(CompactJws.TryParse($"{Jose.Encode(json)}.{Payload}.c2ln", out _));
    }

    [Fact]
    public void Refuses_more_than_8_KiB_and_takes_8_KiB()
    {
        var room = CompactJws.MaxLength - Header.Length - 2 - 4;
        var payload = Jose.Encode($"{{\"a\":\"{new string('x', (room / 4 * 3) - 8)}\"}}");
        var signature = new string('A', CompactJws.MaxLength - Header.Length - payload.Length - 2);

        Assert.True(CompactJws.TryParse($"{Header}.{payload}.{signature}", out _));
        Assert.False(CompactJws.TryParse($"{Header}.{payload}.{signature}AAAA", out _));
    }

    /// <summary>RFC 4648 section 3.5: one value has one spelling.</summary>
    [Property(MaxTest = 1000)]
    public void Knows_the_one_spelling_of_any_bytes(NonEmptyArray<byte> bytes, byte swap)
    {
        var text = Jose.Encode(bytes.Get);
        Assert.True(CompactJws.IsCanonical(text));

        var other = text[..^1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[swap % 64];
        Assert.Equal(CompactJws.IsCanonical(other), Jose.Encode(System.Buffers.Text.Base64Url.DecodeFromChars(Lenient(other))) == other);
    }

    [Property(MaxTest = 1000)]
    public void Never_throws_whatever_the_text(NonNull<string> header, NonNull<string> payload)
    {
        if (CompactJws.TryParse($"{Jose.Encode(header.Get)}.{Jose.Encode(payload.Get)}.c2ln", out var jws))
            jws.Dispose();
    }

    // The decoder refuses unused bits that are set; with them cleared it gives the bytes that a lenient one would.
    private static string Lenient(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
        return Jose.Encode(Convert.FromBase64String(padded));
    }
}
