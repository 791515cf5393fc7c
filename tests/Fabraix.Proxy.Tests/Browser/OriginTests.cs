using Fabraix.Proxy.Browser;

namespace Fabraix.Proxy.Tests.Browser;

/// <summary>RFC 6454 section 6.2, and what browsers make of it: lower case, no default port, nothing behind the authority.</summary>
public sealed class OriginTests
{
    [Theory]
    [InlineData("https://app.example.com", false)]
    [InlineData("https://app.example.com:8443", false)]
    [InlineData("https://xn--bcher-kva.example", false)]
    [InlineData("https://192.0.2.1", false)]
    [InlineData("http://app.example.com", true)]
    [InlineData("http://192.0.2.1:3000", true)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("http://127.0.0.1:3000", false)]
    [InlineData("http://[::1]:3000", false)]
    public void Takes_an_origin_as_a_browser_writes_it(string text, bool cleartext)
    {
        Assert.True(Origin.TryParse(text, out var origin));
        Assert.Equal((text, text, cleartext), (origin.Value, origin.ToString(), origin.IsCleartext));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("app.example.com")]
    [InlineData("//app.example.com")]
    [InlineData("https:app.example.com")]
    [InlineData("https:/app.example.com")]
    [InlineData("https://")]
    [InlineData("https://app.example.com/")]
    [InlineData("https://app.example.com/x")]
    [InlineData("https://app.example.com?x")]
    [InlineData("https://app.example.com#x")]
    [InlineData("https://App.example.com")]
    [InlineData("HTTPS://app.example.com")]
    [InlineData("https://app.example.com:443")]
    [InlineData("https://app.example.com:0443")]
    [InlineData("https://app.example.com:08443")]
    [InlineData("https://app.example.com:")]
    [InlineData("http://app.example.com:80")]
    [InlineData("https://*.example.com")]
    [InlineData("https://name@app.example.com")]
    [InlineData("https://name:word@app.example.com")]
    [InlineData(" https://app.example.com")]
    [InlineData("https://app.example.com ")]
    [InlineData("https://app.example.com, https://b.example.com")]
    [InlineData("https://app.example.com https://b.example.com")]
    [InlineData("ftp://app.example.com")]
    [InlineData("file:///tmp/page.html")]
    [InlineData("chrome-extension://abcdef")]
    [InlineData("javascript:alert(1)")]
    public void Refuses_what_no_browser_sends_or_no_one_should_list(string text) => Assert.False(Origin.TryParse(text, out _));
}
