using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Answers;

/// <summary>What holds for every request that the upstream sees. No message here may hold the key or a token.</summary>
internal static class UpstreamAssert
{
    /// <summary>Every header that may go up; host and content-length are the message's own.</summary>
    private static readonly string[] Known =
    [
        "host", "content-type", "content-length", "accept", "accept-language", "user-agent", "idempotency-key", "traceparent", "tracestate",
        "x-request-id", "accept-encoding", "x-api-key",
    ];

    public static void CarriesKey(RecordedRequest seen, ProxyUnderTest proxy)
    {
        Assert.True(seen.All("x-api-key") is [var key] && key == proxy.ApiKey, "x-api-key is not once the configured key");
    }

    /// <summary>The listed headers only, each once, the key among them, the address from configuration.</summary>
    public static void Listed(RecordedRequest seen, ProxyUnderTest proxy)
    {
        CarriesKey(seen, proxy);
        Assert.Empty(seen.HeaderNames.Except(Known));
        Assert.Equal(seen.HeaderNames.Distinct(), seen.HeaderNames);
        Assert.Equal(proxy.Upstream.Address.Authority, seen.Header("host"));
        Assert.Equal("identity", seen.Header("accept-encoding"));
    }

    /// <summary>Nothing of these texts stands anywhere in the request, whatever its spelling.</summary>
    public static void HoldsNothingOf(RecordedRequest seen, params string[] texts)
    {
        foreach (var text in texts)
            Assert.False(seen.Everything.Contains(text, StringComparison.OrdinalIgnoreCase), "The upstream saw a text that is only the client's");
    }
}
