using Fabraix.Proxy.WireTests.Answers;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Forwarding;

/// <summary>What goes up: the listed headers with the client's values, the key, and nothing else.</summary>
public sealed class ForwardedHeaderTests : IClassFixture<ProxyFixture>
{
    private readonly ProxyUnderTest proxy;

    public ForwardedHeaderTests(ProxyFixture fixture)
    {
        proxy = fixture.Proxy;
        proxy.Upstream.Forget();
    }

    [Fact]
    public async Task Sends_a_browsers_request_up_as_the_contract_lists_it()
    {
        var answer = await proxy.AskAsync(proxy.Post()
            .With("Origin", ProxyUnderTest.Origin).With("Referer", ProxyUnderTest.Origin + "/page").With("Cookie", "session=1")
            .With("Accept", "application/json").With("Accept-Language", "de").With("Accept-Encoding", "gzip, br, zstd")
            .With("User-Agent", "Mozilla/5.0").With("Sec-Fetch-Site", "cross-site").With("Sec-Fetch-Mode", "cors").With("Sec-Fetch-Dest", "empty")
            .With("Sec-CH-UA", "\"x\"").With("DNT", "1").With("Priority", "u=1").With("Cache-Control", "no-cache").With("Pragma", "no-cache")
            .With("Idempotency-Key", "8f14e45f").With("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .With("tracestate", "a=b").With("x-request-id", "page-1"));

        Assert.Equal(200, answer.Status);
        var seen = proxy.Upstream.Only();
        UpstreamAssert.CarriesKey(seen, proxy);
        Assert.Equal("POST /v1/check HTTP/1.1", seen.RequestLine);
        string[] expected =
        [
            "accept-encoding: identity", "accept-language: de", "accept: application/json", "content-length: 2", "content-type: application/json",
            $"host: {proxy.Upstream.Address.Authority}", "idempotency-key: 8f14e45f",
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate: a=b", "user-agent: Mozilla/5.0", "x-request-id: page-1",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Lines(seen).Where(line => !line.StartsWith("x-api-key:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Invents_no_header_that_the_client_did_not_send()
    {
        await proxy.AskAsync(proxy.Post());

        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        Assert.Equal(["accept-encoding", "content-length", "content-type", "host", "x-api-key", "x-request-id"], seen.HeaderNames);
    }

    [Theory]
    [InlineData("Accept", "application/json;q=0.9, */*;q=0.1")]
    [InlineData("Accept", "")]
    [InlineData("Accept-Language", "de-CH, de;q=0.9")]
    [InlineData("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) \u00e9")]
    [InlineData("Idempotency-Key", "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")]
    [InlineData("x-request-id", "aA0._-")]
    public async Task Hands_on_a_listed_header_as_it_is(string name, string value)
    {
        await proxy.AskAsync(proxy.Post().With(name, value));

        var seen = proxy.Upstream.Only();
        Assert.Equal(value, seen.Header(name));
        UpstreamAssert.Listed(seen, proxy);
    }

    [Fact]
    public async Task Joins_a_listed_header_that_came_twice_without_a_second_line()
    {
        await proxy.AskAsync(proxy.Post().With("Accept", "text/plain").With("Accept", "application/json"));

        Assert.Equal("text/plain, application/json", string.Join(", ", proxy.Upstream.Only().All("accept")));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:1")]
    public async Task Sends_the_Host_of_the_configuration_whatever_the_client_says(string host)
    {
        await proxy.AskAsync(proxy.Post().Instead("Host", host).With("X-Forwarded-Host", host).With("Forwarded", $"host={host}"));

        var seen = proxy.Upstream.Only();
        UpstreamAssert.Listed(seen, proxy);
        UpstreamAssert.HoldsNothingOf(seen, "evil", "localhost");
    }

    [Fact]
    public async Task Tells_nothing_of_the_client_and_its_token()
    {
        var token = proxy.Issuer.Mint(draft => draft.Claim("sub", "a-very-private-user").Claim("email", "someone@example.com"));
        await using var client = await proxy.ConnectAsync(System.Net.IPAddress.Parse("127.0.0.77"));
        await client.AskAsync(proxy.Post(token: token).With("Origin", ProxyUnderTest.Origin).ToString());

        var parts = token.Split('.');
        UpstreamAssert.HoldsNothingOf(proxy.Upstream.Only(), parts[0], parts[1], parts[2], "private-user", "someone@example.com", "127.0.0.77", "app.example", "Bearer");
    }

    private static IEnumerable<string> Lines(RecordedRequest seen) => seen.Headers.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}");
}
