using Fabraix.Proxy.Forwarding;

namespace Fabraix.Proxy.Tests.Forwarding;

public sealed class HeaderListsTests
{
    [Fact]
    public void Let_up_only_these() => Assert.Equal(["Accept", "Accept-Language", "User-Agent", "Idempotency-Key", "traceparent", "tracestate"], HeaderLists.Up);

    [Fact]
    public void Let_down_only_these() => Assert.Equal(["Retry-After", "Date", "Content-Type", "Content-Length", "Content-Language"], HeaderLists.Down.Concat(HeaderLists.DownContent));

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("X-Api-Key")]
    [InlineData("Authorization")]
    [InlineData("api-key")]
    public void Let_a_header_carry_the_key(string name)
    {
        Assert.True(HeaderLists.CanCarryKey(name));
        using var request = new HttpRequestMessage();
        Assert.True(request.Headers.TryAddWithoutValidation(name, "not-a-real-key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x api key")]
    [InlineData("x_api_key")]
    [InlineData("x-api-key\r\n")]
    [InlineData("x-api-key:")]
    [InlineData("cl\u00e9")]
    [InlineData("Host")]
    [InlineData("COOKIE")]
    [InlineData("content-length")]
    [InlineData("Content-Type")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("Upgrade")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Expect")]
    [InlineData("Accept-Encoding")]
    [InlineData("traceparent")]
    [InlineData("x-request-id")]
    [InlineData("User-Agent")]
    [InlineData("Proxy-Authorization")]
    public void Let_no_header_with_another_meaning_carry_the_key(string name) => Assert.False(HeaderLists.CanCarryKey(name));
}
