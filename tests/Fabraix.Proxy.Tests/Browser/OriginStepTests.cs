using System.Collections.Frozen;
using Fabraix.Proxy.Browser;

namespace Fabraix.Proxy.Tests.Browser;

public sealed class OriginStepTests
{
    [Theory]
    [InlineData("https://app.example.com", null, false, null)]
    [InlineData("https://app.example.com", "cross-site", true, null)]
    [InlineData(null, null, false, null)]
    [InlineData(null, "same-origin", false, null)]
    [InlineData(null, "none", false, null)]
    [InlineData(null, "cross-site", false, "cross_site_request")]
    [InlineData(null, "CROSS-SITE", false, "cross_site_request")]
    [InlineData(null, "cross-site", true, "cross_site_request")]
    [InlineData(null, null, true, "origin_not_allowed")]
    [InlineData("https://evil.test", null, false, "origin_not_allowed")]
    [InlineData("https://evil.test", "same-origin", false, "origin_not_allowed")]
    [InlineData("https://APP.example.com", null, false, "origin_not_allowed")]
    [InlineData("https://app.example.com/", null, false, "origin_not_allowed")]
    [InlineData("https://app.example.com.evil.test", null, false, "origin_not_allowed")]
    [InlineData("http://app.example.com", null, false, "origin_not_allowed")]
    [InlineData("https://app.example.com:443", null, false, "origin_not_allowed")]
    [InlineData("null", null, false, "origin_not_allowed")]
    [InlineData("", null, false, "origin_not_allowed")]
    [InlineData("https://app.example.com,https://app.example.com", null, false, "origin_not_allowed")]
    public async Task Judges_whose_page_calls(string? origin, string? site, bool require, string? code)
    {
        var context = new DefaultHttpContext();
        if (origin is not null)
            context.Request.Headers["Origin"] = new Microsoft.Extensions.Primitives.StringValues([origin]);
        if (site is not null)
            context.Request.Headers["Sec-Fetch-Site"] = site;
        var options = new BrowserOptions { Origins = FrozenSet.Create(StringComparer.Ordinal, "https://app.example.com"), RequireOrigin = require };

        var verdict = await new OriginStep(options).JudgeAsync(context);

        Assert.Equal(code, verdict.Refusal?.Error.Code);
        Assert.False(verdict.Answered);
    }
}
