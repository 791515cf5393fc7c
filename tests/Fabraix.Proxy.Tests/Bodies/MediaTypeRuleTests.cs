using Fabraix.Proxy.Bodies;

namespace Fabraix.Proxy.Tests.Bodies;

/// <summary>RFC 8259 section 8.1: JSON between systems is UTF-8.</summary>
public sealed class MediaTypeRuleTests
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json; CHARSET=\"utf-8\"")]
    public void Takes_json_in_utf_8(string type) => Assert.True(MediaTypeRule.IsJson(type));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("json")]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/json5")]
    [InlineData("application/jsonp")]
    [InlineData("application/problem+json")]
    [InlineData("application/*")]
    [InlineData("*/*")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; application/json")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; charset=utf-8; charset=utf-16")]
    [InlineData("application/json; charset=utf-8; version=1")]
    [InlineData("application/json; version=1")]
    [InlineData("application/json, application/json")]
    [InlineData("application/json application/json")]
    public void Refuses_everything_else(string? type) => Assert.False(MediaTypeRule.IsJson(type));
}
