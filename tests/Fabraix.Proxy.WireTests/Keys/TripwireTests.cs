using System.Security.Cryptography;
using System.Text;
using Fabraix.Proxy.WireTests.Answers;
using Fabraix.Proxy.WireTests.Leaks;
using Fabraix.TestKit;
using Xunit;

namespace Fabraix.Proxy.WireTests.Keys;

/// <summary>
/// A request that holds a key, wherever and however it is spelled, is refused with the bytes of an ordinary refusal, and nothing of it
/// goes up: somebody outside knows the key, and learns no more.
/// </summary>
public sealed class TripwireTests : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "Accept", "Accept-Language", "User-Agent", "Idempotency-Key", "traceparent", "tracestate", "x-api-key", "X-Anything", "Cookie", "Referer",
        "x-request-id", "Access-Control-Request-Headers", "Forwarded", "X-Forwarded-For", "If-None-Match", "Authorization", "Origin", "Content-Type", "Host",
    ];

    private ProxyUnderTest proxy = null!;
    private KeyForms forms = null!;

    public async ValueTask InitializeAsync()
    {
        proxy = await ProxyUnderTest.StartAsync(setup => setup.ApiKey = Made.OddApiKey());
        forms = new KeyForms(proxy.ApiKey);
    }

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    public static TheoryData<string> Headers => [.. Names];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Refuses_a_key_in_a_header(string name)
    {
        var ordinary = await proxy.AskAsync(proxy.Post().With("X-Y", "\u0001"));
        foreach (var form in forms.All)
        {
            // A host of other characters does not reach any step of the proxy.
            if (name == "Host" && !form.Text.All(char.IsAsciiLetterOrDigit)) continue;
            await AssertRefusedAsync(proxy.Post().Instead(name, name == "Authorization" ? "Bearer " + form.Text : form.Text), ordinary, "header");
        }
    }

    [Fact]
    public async Task Refuses_a_key_in_the_name_of_a_header()
    {
        var ordinary = await proxy.AskAsync(proxy.Post().With("X-Y", "\u0001"));
        await AssertRefusedAsync(proxy.Post().With(Convert.ToHexString(Encoding.ASCII.GetBytes(proxy.ApiKey)), "1"), ordinary, "header");
    }

    [Fact]
    public async Task Refuses_a_key_in_the_second_of_two_values()
    {
        var ordinary = await proxy.AskAsync(proxy.Post().With("X-Y", "\u0001"));
        await AssertRefusedAsync(proxy.Post().With("X-Y", "1").With("X-Y", proxy.ApiKey), ordinary, "header");
    }

    [Theory]
    [InlineData("/v1/check?key=")]
    [InlineData("/v1/check/")]
    [InlineData("/")]
    [InlineData("/nowhere?a=b&c=")]
    public async Task Refuses_a_key_in_the_target(string target)
    {
        var ordinary = await proxy.AskAsync(proxy.Post("/v1/check?a=b"));
        foreach (var form in forms.All.Where(form => Uri.EscapeDataString(form.Text) == form.Text || form.Name.StartsWith("percent", StringComparison.Ordinal)))
            await AssertRefusedAsync(proxy.Post(target + form.Text), ordinary, "target");
    }

    [Fact]
    public async Task Refuses_a_key_in_the_method()
    {
        var ordinary = await proxy.AskAsync(proxy.Post("/v1/check?a=b"));
        var method = Convert.ToHexString(Encoding.ASCII.GetBytes(proxy.ApiKey));
        await AssertRefusedAsync(new RequestText(method, "/v1/check").With("Host", proxy.Address.Authority), ordinary, "target");
    }

    [Fact]
    public async Task Refuses_a_key_in_the_body()
    {
        // A GET that comes with a body is refused with the same code.
        await using var withGet = await ProxyUnderTest.StartAsync(setup =>
        {
            setup.ApiKey = proxy.ApiKey;
            setup.Settings["Fabraix:Routes:check:Method"] = "GET";
            setup.Settings["Fabraix:Routes:check:Body:MaxBytes"] = null;
        });
        var get = new RequestText("GET", "/v1/check").With("Host", withGet.Address.Authority).With("Authorization", "Bearer " + withGet.Issuer.Mint()).WithBody("{}");
        var ordinary = await withGet.AskAsync(get);
        foreach (var form in forms.All)
        {
            await AssertRefusedAsync(proxy.Post(body: $$"""{"said":"{{form.Text}}"}"""), ordinary, "body");
            await AssertRefusedAsync(proxy.Post(body: new string(' ', 200_000) + form.Text), ordinary, "body");
            await AssertRefusedAsync(proxy.Post().WithChunks([.. form.Text.Select(c => c.ToString())]), ordinary, "body");
        }
    }

    [Fact]
    public async Task Lets_a_request_through_that_only_resembles_a_key()
    {
        foreach (var form in forms.All)
        {
            var body = $"""["{form.Text[..^1]}","{form.Text[1..^1]} ","{form.Text[..20]} {form.Text[21..]}"]""";
            Assert.Equal(200, (await proxy.AskAsync(proxy.Post(body: body).With("X-Y", form.Text[..^1]).With("User-Agent", form.Text[..12]))).Status);
        }

        Assert.Equal(forms.All.Count, proxy.Upstream.RequestCount);
        Assert.DoesNotContain(proxy.Logs.Lines, line => line.Id.Id == 1501);
    }

    /// <summary>The client's id is in the log and in the answer, and a key may be of the characters that an id may have.</summary>
    [Theory]
    [InlineData("X-Y", "1")]
    [InlineData("Transfer-Encoding", "gzip, chunked")]
    [InlineData("X-Y", "\u0001")]
    public async Task Takes_no_key_for_the_requests_id(string name, string value)
    {
        var key = "fx_test_" + RandomNumberGenerator.GetHexString(40);
        Capture.Process.AddKey("API key of the characters of an id", key);
        await using var other = await ProxyUnderTest.StartAsync(setup => setup.ApiKey = key);
        var answer = await other.AskAsync(other.Post().With("x-request-id", key).With(name, value));

        AnswerAssert.Error(answer, "invalid_header");
        Assert.Matches("^[0-9a-f]{32}$", answer.Header("x-request-id"));
        Assert.Single(other.Logs.Lines, line => line.Id.Id == 1501);
        Assert.DoesNotContain(other.Logs.Lines, line => line.Message.Contains(key, StringComparison.Ordinal));
    }

    /// <summary>RFC 9112 section 11.2: what follows a request of doubtful length may be part of it.</summary>
    [Fact]
    public async Task Closes_the_connection_of_a_doubtful_request_wherever_its_key_is()
    {
        var ordinary = await proxy.AskAsync(proxy.Post().With("Transfer-Encoding", "chunked"));
        await AssertRefusedAsync(proxy.Post("/v1/check?" + Uri.EscapeDataString(proxy.ApiKey)).With("Transfer-Encoding", "chunked"), ordinary, "target");
        Assert.True(ordinary.Closes);
    }

    /// <summary>A page on a listed origin can read this refusal as it can any other.</summary>
    [Fact]
    public async Task Says_it_with_the_headers_of_any_answer()
    {
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post().With("Origin", ProxyUnderTest.Origin).With("X-Y", proxy.ApiKey)), "invalid_header", ProxyUnderTest.Origin);
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post("/v1/check?" + Uri.EscapeDataString(proxy.ApiKey)).With("Origin", ProxyUnderTest.Origin)), "invalid_request_target", ProxyUnderTest.Origin);
        AnswerAssert.Error(await proxy.AskAsync(proxy.Post(body: proxy.ApiKey).With("Origin", ProxyUnderTest.Origin)), "invalid_body", ProxyUnderTest.Origin);
    }

    private async Task AssertRefusedAsync(RequestText request, RawResponse ordinary, string where)
    {
        var before = Alarms(where);
        var answer = await proxy.AskAsync(request);
        Assert.Equal(400, answer.Status);
        Assert.Equal(Lines(ordinary), Lines(answer));
        Assert.Equal(ordinary.Body, answer.Body);
        Assert.Equal(before + 1, Alarms(where));
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
    }

    private int Alarms(string where) => proxy.Logs.Lines.Count(line => line.Id.Id == 1501 && line.Field("Where") == where);

    /// <summary>The head but for what differs from one answer to the next.</summary>
    private static IEnumerable<string> Lines(RawResponse answer) =>
        answer.Head.Split("\r\n").Where(line => !Array.Exists(["x-request-id:", "Date:", "RateLimit:"], name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
}
