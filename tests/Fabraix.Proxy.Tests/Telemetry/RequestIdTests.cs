using Fabraix.Proxy.Telemetry;
using FsCheck.Xunit;

namespace Fabraix.Proxy.Tests.Telemetry;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0b429c9c-71b4.24b3_X")]
    [InlineData("................................................................")]
    public void Is_the_clients_where_it_is_harmless(string sent) => Assert.Equal(sent, RequestId.For(Request(sent)));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a\nb")]
    [InlineData("a,b")]
    [InlineData("<script>")]
    [InlineData("caf\u00e9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123X")]
    public void Is_the_proxys_own_where_it_is_not(string sent) => Assert.Matches("^[0-9a-f]{32}$", RequestId.For(Request(sent)));

    [Fact]
    public void Is_the_proxys_own_where_none_or_two_were_sent()
    {
        var twice = new DefaultHttpContext().Request;
        twice.Headers["x-request-id"] = new Microsoft.Extensions.Primitives.StringValues(["a", "b"]);

        Assert.Matches("^[0-9a-f]{32}$", RequestId.For(new DefaultHttpContext().Request));
        Assert.Matches("^[0-9a-f]{32}$", RequestId.For(twice));
    }

    [Fact]
    public void Is_another_each_time() => Assert.NotEqual(RequestId.For(new DefaultHttpContext().Request), RequestId.For(new DefaultHttpContext().Request));

    [Property(MaxTest = 500)]
    public void Always_fits_in_a_log_line(FsCheck.NonNull<string> sent) => Assert.Matches(@"^[A-Za-z0-9._-]{1,64}\z", RequestId.For(Request(sent.Get)));

    private static HttpRequest Request(string sent)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["x-request-id"] = sent;
        return request;
    }
}
