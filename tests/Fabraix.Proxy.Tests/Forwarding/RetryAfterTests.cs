using System.Net;
using System.Text;
using Fabraix.Proxy.Forwarding;

namespace Fabraix.Proxy.Tests.Forwarding;

public sealed class RetryAfterTests
{
    [Theory]
    [InlineData("17", "{\"error\": {\"retry_after\": 30}}", 17)]
    [InlineData("0", "", 1)]
    [InlineData("86400", "", 3600)]
    [InlineData(null, "{\"error\": {\"message\": \"Rate limit exceeded\", \"type\": \"rate_limit_error\", \"retry_after\": 30}}", 30)]
    [InlineData(null, "{\"error\": {\"retry_after\": 1.2}}", 2)]
    [InlineData(null, "{\"error\": {\"retry_after\": 0}}", 1)]
    [InlineData(null, "{\"error\": {\"retry_after\": -5}}", 1)]
    [InlineData(null, "{\"error\": {\"retry_after\": 1e300}}", 3600)]
    [InlineData(null, "{\"error\": {\"retry_after\": 1e999}}", 3600)]
    [InlineData(null, "{\"error\": {\"retry_after\": \"30\"}}", 60)]
    [InlineData(null, "{\"error\": {\"retry_after\": null}}", 60)]
    [InlineData(null, "{\"error\": {}}", 60)]
    [InlineData(null, "{\"error\": 30}", 60)]
    [InlineData(null, "{\"error\": {\"retry_after\": 30}, \"\\ud800 is no name\": 1}", 60)]
    [InlineData(null, "[30]", 60)]
    [InlineData(null, "30", 60)]
    [InlineData(null, "{\"error\": {\"retry_after\": 30}", 60)]
    [InlineData(null, "", 60)]
    [InlineData("soon", "", 60)]
    public async Task Is_the_headers_word_else_the_bodys_else_a_minute(string? header, string body, int seconds)
    {
        using var response = Response(header, body);

        Assert.Equal(seconds, await RetryAfter.ReadAsync(response, TestContext.Current.CancellationToken));
    }

    /// <summary>RFC 9110 section 10.2.3; the spellings are those of its section 5.6.7.</summary>
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:20 GMT", 17)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:20 GMT", 17)]
    [InlineData("Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:20 GMT", 17)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 1)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 07 Nov 1994 08:49:37 GMT", 1)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 3600)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", null, 30)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "now", 30)]
    [InlineData("Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 30)]
    public async Task Is_a_date_by_the_clock_of_the_answer_itself(string header, string? date, int seconds)
    {
        using var response = Response(header, "{\"error\": {\"retry_after\": 30}}");
        if (date is not null)
            response.Headers.TryAddWithoutValidation("Date", date);

        Assert.Equal(seconds, await RetryAfter.ReadAsync(response, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reads_no_more_than_4_KiB_of_a_body()
    {
        using var response = Response(null, "{\"error\": {\"message\": \"" + new string('x', 8192) + "\", \"retry_after\": 5}}");

        Assert.Equal(60, await RetryAfter.ReadAsync(response, TestContext.Current.CancellationToken));
    }

    internal static HttpResponseMessage Response(string? header, string body, HttpStatusCode status = HttpStatusCode.TooManyRequests)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (header is not null)
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        return response;
    }
}
