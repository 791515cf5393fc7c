using Fabraix.Proxy.Routes;

namespace Fabraix.Proxy.Tests.Routes;

/// <summary>Fetch, "CORS-preflight request": OPTIONS with Origin and Access-Control-Request-Method.</summary>
public sealed class PreflightTests
{
    [Theory]
    [InlineData("OPTIONS", true, true, true)]
    [InlineData("OPTIONS", true, false, false)]
    [InlineData("OPTIONS", false, true, false)]
    [InlineData("OPTIONS", false, false, false)]
    [InlineData("options", true, true, false)]
    [InlineData("POST", true, true, false)]
    public void Is_told_by_method_origin_and_the_method_asked_for(string method, bool origin, bool asks, bool preflight)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        if (origin)
            request.Headers.Origin = "https://app.example.com";
        if (asks)
            request.Headers.AccessControlRequestMethod = "POST";

        Assert.Equal(preflight, Preflight.Is(request));
    }
}
